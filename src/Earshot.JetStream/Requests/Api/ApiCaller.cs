using System.Text.Json.Serialization.Metadata;
using Earshot.Connections;

namespace Earshot.JetStream.Requests;

/// <summary>
/// Makes calls of the API and repeats those that may be repeated, until there is a response or the timeout has passed. Does not depend on
/// particular calls.
/// </summary>
internal sealed class ApiCaller(INatsConnection connection, NatsJSOpts options)
{
    // A cluster without a leader drops requests without an answer, so the first attempt of a call that may be repeated is short. Each attempt
    // may take twice as long as the one before: a server that needs longer gets the time in a later attempt.
    private static readonly TimeSpan s_firstAttempt = TimeSpan.FromSeconds(1);

    private const double MeanJitter = 0.5;

    private TimeProvider Time => connection.Opts.TimeProvider;

    // Null for a connection that is not one of Earshot, which has neither random numbers nor an end that can be seen.
    private ConnectionPort? Port => (connection as NatsConnection ?? connection.Connection as NatsConnection)?.Port;

    /// <summary>Called for calls that ended with an unknown outcome, with the number of attempts and the duration. Set once, when the context is created.</summary>
    public Action<ApiCall, int, TimeSpan>? UncertainEnd { get; init; }

    public async ValueTask<T> CallAsync<T>(ApiCall call, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        ApiAnswerReader.Read(await AskAsync(call, cancellationToken).ConfigureAwait(false), answer);

    /// <summary>Makes the call and returns the response as received. Throws for an error in the response.</summary>
    public async ValueTask<byte[]> AskAsync(ApiCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long started = Time.GetTimestamp();
        bool isUnknown = false; // once true, it stays true until there is a response
        for (int attempt = 1; ; attempt++)
        {
            TimeSpan left = options.RequestTimeout - Time.GetElapsedTime(started);
            TimeSpan limit = call.Kind == ApiCallKind.Once ? left : s_firstAttempt * Math.Pow(2, Math.Min(attempt - 1, 16));
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
            catch (Exception e) when (isUnknown && call.Kind != ApiCallKind.Read && IsEndOfConnection(e))
            {
                throw End(call, e, isUnknown, attempt, Time.GetElapsedTime(started)); // it says that nothing was sent, which is true of this attempt only
            }

            TimeSpan delay = RetryDelay.After(attempt, Port?.Random.NextDouble() ?? MeanJitter);
            bool mayRepeat = call.Kind != ApiCallKind.Once || !isUnknown;
            if (!mayRepeat || options.RequestTimeout - Time.GetElapsedTime(started) <= delay)
            {
                throw End(call, failure, isUnknown, attempt, Time.GetElapsedTime(started));
            }

            try
            {
                await (Port?.DelayAsync(delay, cancellationToken) ?? Task.Delay(delay, Time, cancellationToken)).ConfigureAwait(false);
            }
            catch (NatsConnectionClosedException e) when (isUnknown && call.Kind != ApiCallKind.Read)
            {
                throw End(call, e, isUnknown, attempt, Time.GetElapsedTime(started));
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static bool IsForNow(Exception e) =>
        e is NatsNoRespondersException or NatsNoReplyException or NatsConnectionLostException or NatsJSUnavailableException;

    private static bool IsEndOfConnection(Exception e) => e is NatsConnectionClosedException or NatsConnectionFailedException or ObjectDisposedException;

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
                $"The call {call.Subject} was sent and not answered; it may have had an effect.", NatsSubEndReason.Timeout, NatsOutcome.Unknown, failure);
        }

        return failure switch
        {
            NatsJSApiException => failure,
            NatsNoRespondersException => new NatsJSApiNoResponseException(
                $"No responders on {call.Subject}: JetStream is not enabled for the account, the prefix or domain is wrong, or the stream or consumer has no leader.",
                NatsSubEndReason.None, NatsOutcome.Rejected, failure),
            _ => new NatsJSApiNoResponseException(
                $"No response on {call.Subject} within {options.RequestTimeout}.", NatsSubEndReason.Timeout, isUnknown ? NatsOutcome.Rejected : NatsOutcome.NotSent, failure),
        };
    }
}
