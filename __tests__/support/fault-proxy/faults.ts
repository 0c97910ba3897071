import { befallAnswer } from './answer-faults.ts';
import type { Layer } from './exchange.ts';
import type { FaultScript } from './fault.ts';
import { befallRequest } from './request-faults.ts';
import type { Storage } from './storage.ts';

/** Lets the faults of a script happen. */
export function withFaults(script: FaultScript, storage: Storage): Layer {
  return (next) => async (exchange) => {
    const fault = script.take(exchange.phase);
    if (fault === undefined) return next(exchange);
    const instead = befallRequest(fault, exchange, next, storage);
    const { and = [] } = fault;
    let answer = await (instead ?? next(exchange));
    for (const deed of instead === undefined ? [fault, ...and] : and) {
      answer = await befallAnswer(deed, exchange, answer, storage);
    }
    return answer;
  };
}
