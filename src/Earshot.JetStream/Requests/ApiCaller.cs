using System.Text.Json.Serialization.Metadata;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Makes calls of the API and repeats what may be repeated, until there is an answer or the time is over. It knows no call in particular.
/// </summary>
internal sealed class ApiCaller(INatsConnection connection, NatsJSOpts options)
{
    // How long one attempt waits for its answer, at most. A cluster without a leader drops requests without an answer, so the first attempts
    // are short; a server that needs longer gets the time in a later attempt.
    private static readonly TimeSpan s_firstAttempt = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestAttempt = TimeSpan.FromSeconds(5);

    private TimeProvider Time => connection.Opts.TimeProvider;

    /// <summary>Told of calls that ended with an unknown outcome. Set once, when the context is made.</summary>
    public Action<ApiCall, int, TimeSpan>? UncertainEnd { get; init; }

    public async ValueTask<T> CallAsync<T>(ApiCall call, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        ApiAnswerReader.Read(await AskAsync(call, cancellationToken).ConfigureAwait(false), answer);

    /// <summary>The answer as it came; an error of the server is thrown.</summary>
    public async ValueTask<byte[]> AskAsync(ApiCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long started = Time.GetTimestamp();
        bool isUnknown = false; // once true it stays so, until there is an answer
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan left = options.RequestTimeout - Time.GetElapsedTime(started);
            TimeSpan limit = call.Kind == ApiCallKind.Once ? s_longestAttempt : Shorter(s_firstAttempt * Math.Pow(2, Math.Min(attempt - 1, 8)), s_longestAttempt);
            Exception failure;
            try
            {
                return await AttemptAsync(call, Shorter(limit, left), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (IsForNow(e))
            {
                failure = e;
                isUnknown |= ((INatsDelivery)e).Outcome == NatsOutcome.Unknown;
            }

            TimeSpan delay = RetryDelay.After(attempt, System.Security.Cryptography.RandomNumberGenerator.GetInt32(1001) / 1000.0);
            bool mayRepeat = call.Kind != ApiCallKind.Once || !isUnknown;
            if (!mayRepeat || options.RequestTimeout - Time.GetElapsedTime(started) <= delay)
            {
                throw End(call, failure, isUnknown, attempt, Time.GetElapsedTime(started));
            }

            await Task.Delay(delay, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static bool IsForNow(Exception e) =>
        e is NatsNoRespondersException or NatsNoReplyException or NatsConnectionLostException or NatsJSUnavailableException;

    private async ValueTask<byte[]> AttemptAsync(ApiCall call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var terms = new NatsSubOpts { Timeout = timeout > TimeSpan.Zero ? timeout : TimeSpan.FromMilliseconds(1) };
        NatsMsg<byte[]> reply = await connection.RequestAsync<byte[], byte[]>(
            call.Subject, call.Body, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: NatsRawSerializer<byte[]>.Default,
            replyOpts: terms, cancellationToken: cancellationToken).ConfigureAwait(false);
        reply.EnsureSuccess();
        byte[] answer = reply.Data ?? [];
        return ApiAnswerReader.ErrorOf(answer) is { } error ? throw ApiAnswerReader.Fault(error) : answer;
    }

    private Exception End(ApiCall call, Exception failure, bool isUnknown, int attempts, TimeSpan elapsed)
    {
        if (call.Kind != ApiCallKind.Read && isUnknown)
        {
            UncertainEnd?.Invoke(call, attempts, elapsed);
            return new NatsJSApiNoResponseException(
                $"The call {call.Subject} was sent and not answered; it may have had its effect.", NatsSubEndReason.Timeout, NatsOutcome.Unknown, failure);
        }

        return failure switch
        {
            NatsJSApiException => failure,
            NatsNoRespondersException => new NatsJSApiNoResponseException(
                $"No one answers {call.Subject}: JetStream is off for the account, the prefix or domain is another one, or the stream or consumer has no leader.",
                NatsSubEndReason.None, NatsOutcome.Rejected, failure),
            _ => new NatsJSApiNoResponseException(
                $"No answer to {call.Subject} in {options.RequestTimeout}.", NatsSubEndReason.Timeout, isUnknown ? NatsOutcome.Rejected : NatsOutcome.NotSent, failure),
        };
    }
}
