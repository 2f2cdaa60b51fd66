import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {GuideLink} from "../guide_link/guide_link";
import {_t} from "@web/core/l10n/translation";
import {useAutofocus, useService} from "@web/core/utils/hooks";

/** Asks for the e-mail of a company and mails a confirmation link to it. */
export class CompanyEmailDialog extends Component {
    static template = "mail_sender_domain.CompanyEmailDialog";
    static components = {Dialog, GuideLink};
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

    /** A confirmed e-mail is not asked again; another one is. */
    get isDone() {
        const {email, is_confirmed} = this.props.company;
        return is_confirmed && this.state.email.trim() === email;
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
