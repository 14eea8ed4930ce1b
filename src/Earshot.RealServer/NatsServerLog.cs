namespace Earshot.RealServer;

/// <summary>
/// The lines one server has logged, over all its restarts, and a way to await a line. It is thread-safe and does not
/// interpret what it holds.
/// </summary>
internal sealed class NatsServerLog
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _ended;

    /// <summary>The number of lines so far; hand it to <see cref="WaitForAsync(string, int, CancellationToken)"/> to look only at later lines.</summary>
    internal int Mark
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>A copy of all lines so far.</summary>
    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public override string ToString() => string.Join('\n', Lines);

    /// <summary>Completes with the first line at or after <paramref name="mark"/> that contains the text.</summary>
    internal Task<string> WaitForAsync(string text, int mark = 0, CancellationToken cancellationToken = default) =>
        WaitForAsync(line => line.Contains(text, StringComparison.Ordinal), $"'{text}'", mark, cancellationToken);

    /// <summary>Completes with the first line at or after <paramref name="mark"/> that matches.</summary>
    /// <exception cref="InvalidOperationException">The server ended without logging such a line; the log is in the message.</exception>
    internal async Task<string> WaitForAsync(
        Func<string, bool> matches, string wanted, int mark = 0, CancellationToken cancellationToken = default)
    {
        for (int next = mark; ;)
        {
            Task changed;
            lock (_gate)
            {
                for (; next < _lines.Count; next++)
                {
                    if (matches(_lines[next]))
                    {
                        return _lines[next];
                    }
                }

                if (_ended)
                {
                    throw new InvalidOperationException(
                        $"nats-server ended before it logged {wanted}. Its log:\n{string.Join('\n', _lines)}");
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal void Begin()
    {
        lock (_gate)
        {
            _ended = false;
        }
    }

    internal void Append(string line) => Change(() => _lines.Add(line));

    internal void End() => Change(() => _ended = true);

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    // Continuations must not run on the thread that reads the server's output: a waiter may wait for the next line.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
