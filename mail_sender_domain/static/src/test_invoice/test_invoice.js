import {Component, onMounted, useState} from "@odoo/owl";
import {GuideLink} from "../guide_link/guide_link";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useLiveRun} from "../live_lines";

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
        const run = useLiveRun(this, {
            begin: () => this.begin(),
            show: (news) => this.show(news),
            finish: () =>
                this.finish({
                    is_sent: false,
                    text: this.interrupted,
                    guide: "test-invoice",
                }),
        });
        this.send = () => run("/mail_sender/test_invoice");
        onMounted(
            () => this.props.record.context.mail_sender_test_starts && this.send()
        );
    }

    begin() {
        this.state.end = null;
        this.state.steps = [
            {stage: "invoice", outcome: "running", text: _t("Making the test invoice")},
        ];
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
