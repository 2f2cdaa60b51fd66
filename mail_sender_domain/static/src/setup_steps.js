import {registry} from "@web/core/registry";

/**
 * Goes on with a guided set-up in a request of its own; see `_go_on_with_check`.
 *
 * @param {object} env of the client, with its services
 * @param {object} action that the server gave
 * @param {object} action.params has the id of the set-up
 * @returns {Promise<object>} the action to do next
 */
async function goOnWithSetup(env, {params}) {
    const model = "mail.sender.setup";
    return await env.services.orm.call(model, "action_next", [[params.setup_id]]);
}

registry.category("actions").add("mail_sender_domain.go_on_with_setup", goOnWithSetup);
