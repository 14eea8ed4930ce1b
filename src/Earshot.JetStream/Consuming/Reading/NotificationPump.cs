using System.Threading.Channels;

namespace Earshot.JetStream.Consuming;

/// <summary>Passes what a read has to tell to the handler of its options, one after the other. Beyond 64 that wait newer ones are dropped; the journal has them all.</summary>
internal sealed class NotificationPump
{
    private readonly Channel<INatsJSNotification> _waiting = Channel.CreateBounded<INatsJSNotification>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Func<INatsJSNotification, CancellationToken, Task> _handler;
    private int _isRunning;

    public NotificationPump(Func<INatsJSNotification, CancellationToken, Task> handler) => _handler = handler;

    public static NotificationPump? For(Func<INatsJSNotification, CancellationToken, Task>? handler) => handler is null ? null : new NotificationPump(handler);

    public void SendServerInfo(PullNote note)
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

    // Runs while something waits; the caller that writes after the last look starts it again.
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
                    // A handler's fault is its own: neither the read nor the next notification waits for it.
                }
            }

            Volatile.Write(ref _isRunning, 0);
        }
        while (_waiting.Reader.TryPeek(out _) && Interlocked.Exchange(ref _isRunning, 1) == 0);
    }
}
