using System.Threading.Channels;

namespace Earshot.JetStream.Consuming;

/// <summary>Passes the notifications of a read to the handler of its options, one at a time. At most 64 wait, newer ones are dropped; the journal contains all of them.</summary>
internal sealed class NotificationPump
{
    private readonly Channel<INatsJSNotification> _waiting = Channel.CreateBounded<INatsJSNotification>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Func<INatsJSNotification, CancellationToken, Task> _handler;
    private int _isRunning;

    public NotificationPump(Func<INatsJSNotification, CancellationToken, Task> handler) => _handler = handler;

    public static NotificationPump? For(Func<INatsJSNotification, CancellationToken, Task>? handler) => handler is null ? null : new NotificationPump(handler);

    public void Report(PullNote note)
    {
        if (NotificationOf(note) is { } notification && _waiting.Writer.TryWrite(notification) && Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static pump => _ = pump.RunAsync(), this, preferLocal: false);
        }
    }

    private static INatsJSNotification? NotificationOf(PullNote note) => note.Kind switch
    {
        PullNoteKind.HeartbeatAlarm => NatsJSTimeoutNotification.Default,
        PullNoteKind.Stalled when note.Stall == StallReason.NoResponders => NatsJSNoRespondersNotification.Default,
        PullNoteKind.StatusWarning when note.Description == "Message Size Exceeds MaxBytes" => NatsJSMessageSizeExceedsMaxBytesNotification.Default,
        PullNoteKind.StatusWarning or PullNoteKind.StatusError or PullNoteKind.UnhandledStatus =>
            new NatsJSProtocolNotification(note.Kind.ToString(), note.Code, note.Description),
        PullNoteKind.Notice when note.Notice == NatsJSNotificationKind.LeadershipChange => NatsJSLeadershipChangeNotification.Default,
        PullNoteKind.Notice when note.Notice == NatsJSNotificationKind.PinIdMismatch => NatsJSPinIdMismatchNotification.Default,
        _ => null,
    };

    // Runs while notifications wait. A notification written after the last check starts it again.
    private async Task RunAsync()
    {
        do
        {
            while (_waiting.Reader.TryRead(out INatsJSNotification? notification))
            {
                try
                {
                    await _handler(notification, CancellationToken.None).ConfigureAwait(false);
                }
                catch (Exception)
                {
                    // A failed handler affects neither the read nor later notifications.
                }
            }

            Volatile.Write(ref _isRunning, 0);
        }
        while (_waiting.Reader.TryPeek(out _) && Interlocked.Exchange(ref _isRunning, 1) == 0);
    }
}
