import {Component, useState} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {useService} from "@web/core/utils/hooks";

/**
 * Shows from where mail will leave and why, and lets the user choose another sender.
 * What there is to show and to choose comes from `mail.sender.choice.mixin`.
 */
export class SenderChoiceField extends Component {
    static template = "mail_sender_domain.SenderChoiceField";
    static props = {...standardFieldProps};

    setup() {
        this.dialog = useService("dialog");
        this.state = useState({isUnfolded: false});
    }

    get explanation() {
        return this.props.record.data.sender_explanation;
    }

    get isSelector() {
        return !this.props.readonly && this.explanation.choices.length > 0;
    }

    get chosenId() {
        return this.props.record.data[this.props.name].id || false;
    }

    toggle() {
        this.state.isUnfolded = !this.state.isUnfolded;
    }

    /**
     * @param {Event} ev of the select element
     */
    async onChange(ev) {
        const record = this.props.record;
        const id = Number(ev.target.value);
        const choice = this.explanation.choices.find((option) => option.id === id);
        // An editor keeps what is typed to itself until it is asked.
        await record.isDirty();
        await record.update({
            [this.props.name]: choice ? {id, display_name: choice.label} : false,
        });
        if (this.explanation.template) {
            this.askForTemplate(this.explanation.template);
        }
    }

    /**
     * @param {{id: number, name: string}} template that would replace edited text
     */
    askForTemplate({id, name}) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Replace your text?"),
            body: _t(
                "This sender has a text of its own: the template “%(name)s”. Your changes to the subject and the text would be lost.",
                {name}
            ),
            confirmLabel: _t("Load the template"),
            confirm: () =>
                this.props.record.update({template_id: {id, display_name: name}}),
            cancelLabel: _t("Keep my text"),
            cancel: () => {},
        });
    }
}

export const senderChoiceField = {
    component: SenderChoiceField,
    supportedTypes: ["many2one"],
    fieldDependencies: [{name: "sender_explanation", type: "json"}],
};

registry.category("fields").add("mail_sender_choice", senderChoiceField);
