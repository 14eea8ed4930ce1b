using System.Text;

namespace Earshot.Cli.Tests.Rig;

/// <summary>An output of the tool that a test can wait for. Thread-safe.</summary>
internal sealed class AwaitableOutput : TextWriter
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal AwaitableOutput() => CoreNewLine = ['\n'];

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        TaskCompletionSource more;
        lock (_lock)
        {
            _text.Append(buffer);
            (more, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        more.SetResult();
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return _text.ToString();
        }
    }

    /// <summary>Waits until the output contains a text, or contains it several times.</summary>
    /// <returns>The whole output.</returns>
    internal async Task<string> WaitForAsync(string part, CancellationToken cancellationToken, int times = 1)
    {
        while (true)
        {
            Task more;
            string text;
            lock (_lock)
            {
                (more, text) = (_more.Task, _text.ToString());
            }

            if (text.Split(part).Length > times)
            {
                return text;
            }

            try
            {
                await more.WaitAsync(s_limit, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"'{part}' was not written {times} times. The output is:\n{text}");
            }
        }
    }
}
