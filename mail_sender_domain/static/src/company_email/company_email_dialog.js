import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus, useService} from "@web/core/utils/hooks";

/** Asks for the e-mail of a company and mails a confirmation link to it. */
export class CompanyEmailDialog extends Component {
    static template = "mail_sender_domain.CompanyEmailDialog";
    static components = {Dialog};
    static props = {
        company: {type: Object},
        close: {type: Function},
    };

    setup() {
        this.companyEmail = useService("mail_sender_company_email");
        this.state = useState({
            email: this.props.company.email,
            sentTo: "",
            isSending: false,
        });
        useAutofocus({refName: "email"});
    }

    get title() {
        return _t("E-mail of %s", this.props.company.name);
    }

    async send() {
        const email = this.state.email.trim();
        this.state.isSending = true;
        try {
            await this.companyEmail.sendLink(this.props.company.id, email);
            this.state.sentTo = email;
        } finally {
            this.state.isSending = false;
        }
    }
}
