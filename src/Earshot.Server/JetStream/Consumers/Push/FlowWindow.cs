namespace Earshot.Server.JetStream;

/// <summary>
/// The flow control of a push consumer: how many bytes are delivered before a request must be answered. The window begins at a sixteenth of its
/// limit, and each answer doubles it.
/// </summary>
internal sealed class FlowWindow(int limit)
{
    /// <summary>The limit that a server has, in bytes.</summary>
    public const int Largest = 32 * 1024 * 1024;

    private const int Steps = 16;

    private int _window = limit / Steps;
    private int _sent; // not confirmed by an answer
    private int _covered; // the part of it that the open request covers

    /// <summary>The subject of the request that waits for its answer; null: none.</summary>
    public string? Request { get; private set; }

    public bool IsOpen => _sent <= _window;

    /// <summary>Counts a delivery. Returns true when a request must be sent.</summary>
    public bool Delivered(int size)
    {
        _sent += size;
        if (Request is not null && _sent - _covered >= _window)
        {
            _covered += size;
        }

        return Request is null && _sent > _window / 2;
    }

    public void Ask(string subject) => (Request, _covered) = (subject, _sent);

    /// <summary>Processes an answer. Returns false when it is not one to the last request.</summary>
    public bool TryAnswer(string subject)
    {
        if (subject != Request)
        {
            return false;
        }

        _window = Math.Min(2 * _window, limit);
        _sent = Math.Max(0, _sent - _covered);
        (Request, _covered) = (null, 0);
        return true;
    }

    /// <summary>Starts again, as a new leader does.</summary>
    public void Reset() => (_window, _sent, _covered, Request) = (limit / Steps, 0, 0, null);
}
