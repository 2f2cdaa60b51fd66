import {Component} from "@odoo/owl";
import {CompanyEmailDialog} from "./company_email_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/** Confirms or changes the e-mail of the company whose settings are shown. */
export class CompanyEmailButton extends Component {
    static template = "mail_sender_domain.CompanyEmailButton";
    static props = {...standardWidgetProps};

    setup() {
        this.dialog = useService("dialog");
    }

    get label() {
        const labels = {
            missing: _t("Enter it"),
            open: _t("Confirm it"),
            asked: _t("Mail a new link"),
            confirmed: _t("Change"),
        };
        return labels[this.props.record.data.company_email_state];
    }

    async ask() {
        const {record} = this.props;
        if (!(await record.save())) {
            return;
        }
        const {company_name: name, company_email, company_email_state} = record.data;
        const company = {
            id: record.resId,
            name,
            email: company_email || "",
            is_asked: company_email_state === "asked",
            is_confirmed: company_email_state === "confirmed",
        };
        this.dialog.add(CompanyEmailDialog, {company}, {onClose: () => record.load()});
    }
}

registry
    .category("view_widgets")
    .add("mail_sender_company_email_button", {component: CompanyEmailButton});
