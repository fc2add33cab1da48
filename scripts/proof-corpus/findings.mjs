// What is wrong with one case, and what that comes to.

/** From the worst; the promise is broken by the first two. */
const order = ["broken", "forged counts", "honest refused", "differs"];

export class Findings {
  #found = [];
  #honest;

  constructor(honest) {
    this.#honest = honest;
  }

  #add(verdict, reason) {
    this.#found.push({ verdict, reason });
  }

  /** The case itself is at fault, as far as can be told: it proves nothing. */
  broken(reason) {
    this.#add("broken", reason);
  }

  /** Neither does a wrong number count nor is an honest run refused, and yet it is not as expected. */
  differs(reason) {
    this.#add("differs", reason);
  }

  /** A number is there that must not be. */
  wrong(reason) {
    this.#add(this.#honest ? "differs" : "forged counts", reason);
  }

  /** A number is missing that must be there. */
  lost(reason) {
    this.#add(this.#honest ? "honest refused" : "differs", reason);
  }

  /** What became of the main run's score is none of what the case allows. */
  outcome(allowed, came, said) {
    const reason = `expected ${allowed.join(" or ")}, came ${came} (${said})`;
    if (came === "recorded") this.wrong(reason);
    else if (came === "refused" || allowed[0] === "recorded") this.lost(reason);
    else this.differs(reason);
  }

  result() {
    const worst = order.find((each) => this.#found.some(({ verdict }) => verdict === each));
    return { verdict: worst ?? "passed", reasons: this.#found.map(({ reason }) => reason) };
  }
}
