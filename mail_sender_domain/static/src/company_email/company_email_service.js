import {reactive} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {user} from "@web/core/user";

/**
 * Knows which companies still have to confirm their e-mail. Only those who manage mail
 * senders are told of any.
 */
export const companyEmailService = {
    dependencies: ["bus_service", "orm"],
    start(_env, {bus_service: bus, orm}) {
        const state = reactive({
            companies: session.mail_sender_unconfirmed || [],
            isPutOff: false,
            /** Those among the companies that the user works in at the moment. */
            get active() {
                const ids = user.activeCompanies.map((company) => company.id);
                return this.companies.filter((company) => ids.includes(company.id));
            },
        });
        bus.subscribe("mail_sender_domain.company_email", async () => {
            state.companies = await orm.silent.call(
                "res.company",
                "get_unconfirmed_sender_emails"
            );
        });
        return {
            state,
            /**
             * Mail a link to a company.
             *
             * @param {number} companyId of the company
             * @param {string} email of the company, maybe a new one
             */
            async sendLink(companyId, email) {
                state.companies = await orm.call(
                    "res.company",
                    "action_send_sender_confirmation",
                    [[companyId], email]
                );
            },
        };
    },
};

registry.category("services").add("mail_sender_company_email", companyEmailService);
