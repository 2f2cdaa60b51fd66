import {Component, useState} from "@odoo/owl";
import {CompanyEmailDialog} from "./company_email_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/** Asks once where mail is sent whether the e-mail of the company is right. */
export class CompanyEmailQuestion extends Component {
    static template = "mail_sender_domain.CompanyEmailQuestion";
    static props = {...standardWidgetProps};

    setup() {
        this.state = useState(useService("mail_sender_company_email").state);
        this.dialog = useService("dialog");
    }

    get company() {
        const isOpen = !this.state.isPutOff;
        return isOpen && this.state.active.find((company) => !company.is_asked);
    }

    get text() {
        const {name, email} = this.company;
        return email
            ? _t(
                  "Sending works. One thing is left to do: %(email)s, the e-mail of %(name)s, is not confirmed yet.",
                  {name, email}
              )
            : _t(
                  "Sending works. One thing is left to do: %(name)s has no e-mail yet.",
                  {
                      name,
                  }
              );
    }

    ask() {
        this.dialog.add(CompanyEmailDialog, {company: this.company});
    }

    putOff() {
        this.state.isPutOff = true;
    }
}

registry
    .category("view_widgets")
    .add("mail_sender_company_email", {component: CompanyEmailQuestion});
