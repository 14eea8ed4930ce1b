namespace Earshot.JetStream.Consuming;

/// <summary>
/// A stall of an ordered read that lasts until its next consumer is created: that of the last consumer, or one that begins because the next
/// consumer cannot be created. Reports it once (907), and its end (908). Nothing is reported for the first consumer, for which a caller
/// waits, nor while there is no session, which the connection reports. For one reader at a time.
/// </summary>
internal sealed class OrderedStall(OrderedSource source, ReadReporter reporter)
{
    private long _began; // 0: there is none

    /// <summary>The last consumer has ended during a stall that it has reported.</summary>
    public void Continue() => _began = Math.Max(1, source.Parts.Time.GetTimestamp());

    /// <summary>An attempt to create the next consumer has failed.</summary>
    /// <param name="name">The name of the consumer that is replaced; null: there was none.</param>
    /// <param name="exception">Why the attempt has failed.</param>
    public void Begin(string? name, NatsException exception)
    {
        if (_began == 0 && name is not null && source.Parts.Port.HasSession)
        {
            Continue();
            var origin = new ConsumerOrigin(ConsumerHub.For(source.Parts.Connection), source.Parts.Options.Prefix, source.Stream, name);
            reporter.Report(origin, new PullNote(PullNoteKind.Stalled) { Stall = ReasonOf(exception) });
        }
    }

    /// <summary>The next consumer was created, after this number of attempts.</summary>
    public void End(ConsumerOrigin consumer, int attempts)
    {
        if (_began != 0)
        {
            long elapsed = source.Parts.Time.GetElapsedTime(_began).Ticks;
            _began = 0;
            reporter.Report(consumer, new PullNote(PullNoteKind.Resumed) { Elapsed = elapsed, Count = attempts, Sign = ResumeSign.Recreated });
        }
    }

    private static StallReason ReasonOf(NatsException exception) => exception switch
    {
        NatsNoRespondersException => StallReason.NoResponders,
        NatsJSApiException { Error.ErrCode: 10008 or 10009 } => StallReason.NoLeader,
        _ => StallReason.Unavailable,
    };
}
