import {_t} from "@web/core/l10n/translation";
import {registerMessageAction} from "@mail/core/common/message_actions";

registerMessageAction("mail-sender-explain", {
    condition: ({message, store}) =>
        store.self_partner?.main_user_id?.share === false &&
        message.thread?.model !== "discuss.channel" &&
        !message.isNote &&
        typeof message.id === "number",
    icon: "fa fa-envelope-o",
    name: _t("How it left"),
    async onSelected({message, store}) {
        const action = await store.env.services.orm.call(
            "mail.sender.explanation",
            "action_explain",
            [message.id]
        );
        store.env.services.action.doAction(action);
    },
    sequence: 130,
});
