namespace Earshot.LoadTest.Servers;

/// <summary>
/// Keeps a publisher ahead of the slowest subscriber by a bounded number of messages: enough that no subscriber waits, little
/// enough that no server calls one a slow consumer.
/// </summary>
internal sealed class Window(long messages)
{
    // A monitor and no Lock, because the publisher waits in it.
    private readonly object _moved = new();
    private long _handled;

    /// <summary>Returns when the subscribers are near enough to send more.</summary>
    public void WaitFor(long sent)
    {
        lock (_moved)
        {
            while (sent - _handled >= messages)
            {
                Monitor.Wait(_moved);
            }
        }
    }

    /// <summary>Every subscriber has handled this number of messages.</summary>
    public void MoveTo(long handled)
    {
        lock (_moved)
        {
            _handled = handled;
            Monitor.Pulse(_moved);
        }
    }
}
