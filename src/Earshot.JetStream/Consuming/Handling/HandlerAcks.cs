namespace Earshot.JetStream.Consuming;

/// <summary>Sends the ack of a message whose handler has ended.</summary>
internal static class HandlerAcks
{
    /// <summary>Completes when the ack is sent, or could not be: the message is then delivered again. Does not throw.</summary>
    public static async ValueTask SendAsync<T>(INatsJSMsg<T> msg, HandlerVerdict verdict, ulong delivered, Exception? error)
    {
        try
        {
            switch (verdict.Kind)
            {
                case HandlerVerdictKind.Ack:
                    await msg.TryAckAsync().ConfigureAwait(false);
                    break;
                case HandlerVerdictKind.Retry:
                    await msg.NakAsync(new AckOpts { NakDelay = TimeSpan.FromTicks(verdict.Delay) }).ConfigureAwait(false);
                    break;
                case HandlerVerdictKind.Terminate:
                    await msg.AckTerminateAsync(new AckOpts { TerminateReason = Reason(delivered, error) }).ConfigureAwait(false);
                    break;
            }
        }
        catch (NatsException)
        {
            // The connection is closed, or the confirmation is missing, which an event reports.
        }
        catch (Exception e)
        {
            HandlerReports.Append(msg.Connection, e);
        }
    }

    // The type only: the message of an exception may contain data that readers of advisories must not see.
    private static string Reason(ulong delivered, Exception? error) => $"handler failed after {delivered} deliveries: {error?.GetType().Name}";
}
