import {Component, useState} from "@odoo/owl";
import {GuideLink} from "../guide_link/guide_link";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useLiveRun} from "../live_lines";

/**
 * Checks a `mail.sender.domain`, and shows what becomes of each record as it happens.
 */
export class DomainCheck extends Component {
    static template = "mail_sender_domain.DomainCheck";
    static components = {GuideLink};
    static props = {...standardWidgetProps};

    setup() {
        this.state = useState({isRunning: false, records: [], end: null});
        this.icons = {
            running: "fa-circle-o-notch fa-spin",
            ok: "fa-check-circle text-success",
            missing: "fa-times-circle text-danger",
            wrong: "fa-times-circle text-danger",
            unknown: "fa-question-circle text-warning",
        };
        const run = useLiveRun(this, {
            begin: () => Object.assign(this.state, {records: [], end: null}),
            show: (news) => this.show(news),
            finish: () => this.finish(),
        });
        this.check = () => run("/mail_sender/check");
    }

    get isVerified() {
        return this.props.record.data.state === "verified";
    }

    get progress() {
        const {records} = this.state;
        const total = records.length;
        const done = records.filter(({status}) => status !== "running").length;
        if (!total) {
            return _t("The check begins.");
        }
        if (done === total) {
            return _t("All records are checked. What was found is being stored.");
        }
        return _t("%(done)s of %(total)s records checked", {done, total});
    }

    /**
     * Show what became of a record, or the end of all.
     *
     * @param {object} news see `mail.sender.domain._run_live`
     */
    show(news) {
        if (!news.key) {
            this.state.end = news;
            return;
        }
        const record = this.state.records.find(({key}) => key === news.key);
        if (record) {
            Object.assign(record, news);
        } else {
            this.state.records.push(news);
        }
    }

    async finish() {
        const interrupted = _t("The connection to Odoo was interrupted. Try again.");
        this.state.end ||= {
            may_send: false,
            text: interrupted,
            guide: "records",
        };
        await this.props.record.load();
    }
}

export const domainCheck = {
    component: DomainCheck,
    fieldDependencies: [{name: "state", type: "selection"}],
};

registry.category("view_widgets").add("mail_sender_domain_check", domainCheck);
