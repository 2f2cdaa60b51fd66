import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {GuideLink} from "../guide_link/guide_link";
import {_t} from "@web/core/l10n/translation";
import {readLiveLines} from "../live_lines";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/**
 * Sends the test invoice of a `mail.sender.test`, and shows each step as it happens.
 */
export class TestInvoice extends Component {
    static template = "mail_sender_domain.TestInvoice";
    static components = {GuideLink};
    static props = {...standardWidgetProps};

    setup() {
        this.state = useState({isRunning: false, steps: [], end: null});
        this.outcomes = {
            running: {icon: "fa-circle-o-notch fa-spin", label: _t("Running:")},
            ok: {icon: "fa-check-circle text-success", label: _t("Done:")},
            failed: {icon: "fa-times-circle text-danger", label: _t("Failed:")},
            skipped: {icon: "fa-minus-circle text-muted", label: _t("Left out:")},
        };
        this.request = new AbortController();
        onMounted(
            () => this.props.record.context.mail_sender_test_starts && this.send()
        );
        onWillUnmount(() => this.request.abort());
    }

    async send() {
        if (this.state.isRunning) {
            return;
        }
        this.state.isRunning = true;
        try {
            // Where something is wrong with the address, saving says so.
            if (await this.props.record.save()) {
                await this.run();
            }
        } finally {
            this.state.isRunning = false;
        }
    }

    async run() {
        this.state.end = null;
        this.state.steps = [
            {stage: "invoice", outcome: "running", text: _t("Making the test invoice")},
        ];
        try {
            for await (const news of readLiveLines(
                `/mail_sender/test_invoice/${this.props.record.resId}`,
                this.request.signal
            )) {
                this.show(news);
            }
        } catch {
            if (!this.request.signal.aborted) {
                this.finish({is_sent: false, text: this.interrupted});
            }
            return;
        }
        if (!this.state.end) {
            this.finish({is_sent: false, text: this.interrupted});
        }
    }

    get interrupted() {
        return _t(
            "The connection to Odoo was interrupted. The invoice may still arrive; the " +
                "sending log will tell."
        );
    }

    /**
     * Show a step or the end of all.
     *
     * @param {object} news see `mail.sender.test._run_live`
     */
    show(news) {
        if (!news.stage) {
            this.finish(news);
            return;
        }
        const step = this.state.steps.find(({stage}) => stage === news.stage);
        if (step) {
            Object.assign(step, news);
        } else {
            this.state.steps.push(news);
        }
    }

    finish(end) {
        // What comes after the end, such as that it took long, changes nothing.
        this.state.end ||= end;
        for (const step of this.state.steps) {
            if (step.outcome === "running") {
                step.outcome = "failed";
            }
        }
    }
}

export const testInvoice = {component: TestInvoice};

registry.category("view_widgets").add("mail_sender_test_invoice", testInvoice);
