import {Component, onMounted, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** A link to the part of the guide that tells what to do. */
export class GuideLink extends Component {
    static template = "mail_sender_domain.GuideLink";
    static props = {section: String};

    setup() {
        // Odoo gives the keyboard to the first thing that takes it in a new dialog: it
        // shall be what people came for, such as the button that closes it.
        this.state = useState({tabIndex: -1});
        onMounted(() => {
            this.state.tabIndex = 0;
        });
    }

    get url() {
        return `/mail-sender/guide#${this.props.section}`;
    }
}

/** The same, where a field names the part. */
export class GuideLinkField extends Component {
    static template = "mail_sender_domain.GuideLinkField";
    static components = {GuideLink};
    static props = {...standardFieldProps};

    get section() {
        return this.props.record.data[this.props.name];
    }
}

/** The same, where the view names the part. */
export class GuideLinkWidget extends Component {
    static template = "mail_sender_domain.GuideLinkWidget";
    static components = {GuideLink};
    static props = {...standardWidgetProps, section: String};
}

registry.category("fields").add("sender_guide_link", {
    component: GuideLinkField,
    supportedTypes: ["char"],
});
registry.category("view_widgets").add("sender_guide_link", {
    component: GuideLinkWidget,
    extractProps: ({attrs}) => ({section: attrs.section}),
    additionalClasses: ["d-inline"],
});
