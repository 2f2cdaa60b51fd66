import {MessageNotificationPopover} from "@mail/core/common/message_notification_popover";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";
import {registerMessageAction} from "@mail/core/common/message_actions";
import {useService} from "@web/core/utils/hooks";

/**
 * Whether there may be something to tell of how a message left.
 *
 * @param {import("models").Message} message
 * @param {import("models").Store} store
 * @returns {Boolean}
 */
function mayHaveLeft(message, store) {
    return (
        store.self?.main_user_id?.share === false &&
        message.thread?.model !== "discuss.channel" &&
        !message.isNote &&
        typeof message.id === "number"
    );
}

/**
 * Open what the sending log knows of a message.
 *
 * @param {import("models").Message} message
 * @param {import("models").Store} store
 */
async function explainSender(message, store) {
    const {action, orm} = store.env.services;
    action.doAction(
        await orm.call("mail.sender.explanation", "action_explain", [message.id])
    );
}

registerMessageAction("mail-sender-explain", {
    condition: ({message, store}) => mayHaveLeft(message, store),
    icon: "fa fa-envelope-o",
    name: _t("How it left"),
    onSelected: ({message, store}) => explainSender(message, store),
    sequence: 130,
});

/** The envelope beside a message tells who received it; here also from where. */
patch(MessageNotificationPopover.prototype, {
    setup() {
        super.setup(...arguments);
        this.store = useService("mail.store");
    },
    /** The popover is given a raw record, which lacks what is computed. */
    get mayExplainSender() {
        return mayHaveLeft(this.props.message._proxy, this.store);
    },
    explainSender() {
        this.props.close?.();
        explainSender(this.props.message, this.store);
    },
});
