import { type Handler, headerOf } from './exchange.ts';

/** Puts a token server behind the same proxy as its registry, whose challenges then name the proxy. */
export function withTokens(registry: Handler, tokens: Handler): Handler {
  return async (exchange) => {
    if (exchange.phase === 'token') return tokens(exchange);
    const answer = await registry(exchange);
    const challenge = headerOf(answer, 'www-authenticate');
    if (challenge === undefined) return answer;
    const realm = `realm="http://${exchange.headers.host ?? ''}/token"`;
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'www-authenticate': challenge.replace(/realm="[^"]*"/, realm),
      },
    };
  };
}
