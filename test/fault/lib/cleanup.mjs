/* Ends what a test has started, all of it, whatever goes wrong on the way. */

/** Takes every step, one after another; fails in the end as the first that failed. */
export async function endAll(...steps) {
    const failures = [];
    for (const step of steps) {
        try {
            await step();
        } catch (error) {
            failures.push(error);
        }
    }
    if (failures.length > 0) {
        throw failures[0];
    }
}
