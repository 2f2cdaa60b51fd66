import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {onMounted} from "@odoo/owl";
import {registry} from "@web/core/registry";

/**
 * The guided set-up. In the step of the check nothing is typed: the keyboard is given to
 * the button that people go on with, not to the first record.
 */
export class SetupFormController extends FormController {
    setup() {
        super.setup();
        onMounted(() => {
            if (this.model.root.data.step === "check") {
                const dialog = this.rootRef.el.closest(".modal-content");
                dialog?.querySelector(".modal-footer .btn-primary")?.focus();
            }
        });
    }
}

registry.category("views").add("mail_sender_setup_form", {
    ...formView,
    Controller: SetupFormController,
});
