import {Component, useState} from "@odoo/owl";
import {CompanyEmailDialog} from "./company_email_dialog";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

/** The red mark in the top bar, until the company has confirmed its e-mail. */
export class CompanyEmailMark extends Component {
    static template = "mail_sender_domain.CompanyEmailMark";
    static components = {Dropdown, DropdownItem};
    static props = {};

    setup() {
        this.state = useState(useService("mail_sender_company_email").state);
        this.dialog = useService("dialog");
        this.action = useService("action");
    }

    describe(company) {
        if (!company.email) {
            return _t("The company has no e-mail yet.");
        }
        if (company.is_asked) {
            return _t("A link was mailed to %s and is not opened yet.", company.email);
        }
        return _t("%s is not confirmed yet.", company.email);
    }

    ask(company) {
        this.dialog.add(CompanyEmailDialog, {company});
    }

    openSettings() {
        this.action.doAction("mail_sender_domain.mail_sender_settings_action");
    }
}

registry
    .category("systray")
    .add(
        "mail_sender_domain.company_email",
        {Component: CompanyEmailMark},
        {sequence: 30}
    );
