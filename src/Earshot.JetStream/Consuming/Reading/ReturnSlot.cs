using System.Buffers;
using Earshot.Messages;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// What becomes of messages that were delivered and not handed out when a read stops: they go back to the server with -NAK, so that
/// another reader gets them immediately and not after AckWait. A message whose deliveries would be used up stays where it is.
/// </summary>
internal static class ReturnSlot
{
    private static readonly TimeSpan s_afterBreak = TimeSpan.FromSeconds(1);

    /// <summary>Stops the read, waits for what was asked for, and gives back what no one took. Bounded by about two seconds; never throws.</summary>
    /// <param name="engine">The read.</param>
    /// <param name="reporter">Told how many were given back.</param>
    /// <param name="isDelayed">The application left its loop, perhaps because it failed: the same message is not to return immediately.</param>
    public static async Task StopAsync(PullEngine engine, IReadReporter reporter, bool isDelayed)
    {
        await engine.StopAsync().ConfigureAwait(false);
        Return(engine, reporter, isDelayed);
    }

    /// <summary>The same for a read that is over.</summary>
    public static void Return(PullEngine engine, IReadReporter reporter, bool isDelayed)
    {
        ReadOnlyMemory<byte> word = AckWord.Nak(isDelayed ? s_afterBreak : null);
        AckSource? source = null;
        long count = 0;
        long kept = 0;
        bool isReturning = engine.Origin.Traits.IsExplicit && !engine.Locked(static machine => machine.Settings.LeavesRest);
        Span<byte> reply = stackalloc byte[512];
        while (engine.Queue.TryTake(reply, out int length, out InboundMessage received))
        {
            if (received.IsPooled)
            {
                ArrayPool<byte>.Shared.Return(received.Buffer);
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
                _ = sending.AsTask(); // waits for room in the outbound buffer; its outcome is in no one's hands
            }
        }

        if (count + kept > 0)
        {
            engine.Processed(count + kept, 0);
        }

        SendServerInfo(engine, reporter, NatsJSNotificationKind.GivenBack, count);
        SendServerInfo(engine, reporter, NatsJSNotificationKind.Discarded, kept);
    }

    private static bool MayComeAgain(ConsumerTraits traits, in AckSubject subject) =>
        traits.MaxDeliver <= 0 || subject.Delivered + 1 < (ulong)traits.MaxDeliver;

    private static void SendServerInfo(PullEngine engine, IReadReporter reporter, NatsJSNotificationKind notice, long count)
    {
        if (count > 0)
        {
            reporter.SendServerInfo(engine.Origin, new PullNote(PullNoteKind.Notice) { Notice = notice, Count = count });
        }
    }
}
