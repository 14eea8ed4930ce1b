using Earshot.Messages;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// Returns messages that were delivered and not processed when a read stops: they are sent back to the server with -NAK, so that another
/// reader receives them immediately instead of after AckWait. A message that has no deliveries left is not returned.
/// </summary>
internal static class UnreadMessages
{
    private static readonly TimeSpan s_afterBreak = TimeSpan.FromSeconds(1);

    /// <summary>Stops the read, waits for requested messages, and returns unread ones. Takes at most about four seconds; does not throw.</summary>
    /// <param name="engine">The engine of the read.</param>
    /// <param name="reporter">Receives the number of returned messages.</param>
    /// <param name="isDelayed">Whether the messages are delivered again after a delay: the application left its loop, perhaps because of a failure.</param>
    public static async Task StopAsync(IStoppableRead engine, IReadReporter reporter, bool isDelayed)
    {
        await engine.StopAsync().ConfigureAwait(false);
        Return(engine, reporter, isDelayed);
    }

    /// <summary>Returns the unread messages of a read that has ended.</summary>
    public static void Return(IStoppableRead engine, IReadReporter reporter, bool isDelayed)
    {
        ReadOnlyMemory<byte> word = AckWord.Nak(isDelayed ? s_afterBreak : null);
        AckSource? source = null;
        long count = 0;
        long kept = 0;
        long bytes = 0;
        bool isReturning = engine.Origin.Traits.IsExplicit && !engine.LeavesRest;
        Span<byte> reply = stackalloc byte[512];
        while (engine.Queue.TryTake(reply, out int length, out InboundMessage received))
        {
            bytes += received.Size + length;
            if (received.IsPooled)
            {
                PayloadArrays.Pool.Return(received.Buffer);
            }

            if (!isReturning || !AckSubject.TryRead(reply[..length], source?.Subject, out AckSubject subject) || !MayComeAgain(engine.Origin.Traits, subject))
            {
                kept++;
                continue;
            }

            source ??= new AckSource(engine.Origin, subject.Origin, reporter);
            ValueTask<NatsJSAckOutcome> sending = AckSender.SendAsync(source, subject, word, isConfirmed: false, CancellationToken.None);
            count++;
            if (!sending.IsCompleted)
            {
                _ = sending.AsTask(); // waits for space in the outbound buffer; the outcome is not used
            }
        }

        if (count + kept > 0)
        {
            engine.Processed(count + kept, bytes);
        }

        Report(engine, reporter, NatsJSNotificationKind.GivenBack, count);
        Report(engine, reporter, NatsJSNotificationKind.Discarded, kept);
    }

    private static bool MayComeAgain(ConsumerTraits traits, in AckSubject subject) =>
        traits.MaxDeliver <= 0 || subject.Delivered + 1 < (ulong)traits.MaxDeliver;

    private static void Report(IStoppableRead engine, IReadReporter reporter, NatsJSNotificationKind notice, long count)
    {
        if (count > 0)
        {
            reporter.Report(engine.Origin, new PullNote(PullNoteKind.Notice) { Notice = notice, Count = count });
        }
    }
}
