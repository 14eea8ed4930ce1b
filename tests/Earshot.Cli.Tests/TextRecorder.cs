using System.Text;

namespace Earshot.Cli.Tests;

/// <summary>An output of the tool that a test can wait for and read at any time. Thread-safe.</summary>
internal sealed class TextRecorder : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Text, TaskCompletionSource Written)> _waiters = [];

    public override Encoding Encoding => Encoding.UTF8;

    public Task WhenAsync(string text)
    {
        lock (_text)
        {
            var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((text, written));
            Check();
            return written.Task;
        }
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    public override void Write(string? value)
    {
        lock (_text)
        {
            _text.Append(value);
            Check();
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }

    private void Check()
    {
        string now = _text.ToString();
        _waiters.FindAll(waiter => now.Contains(waiter.Text, StringComparison.Ordinal)).ForEach(static waiter => waiter.Written.TrySetResult());
    }
}
