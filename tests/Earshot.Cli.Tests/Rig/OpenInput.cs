namespace Earshot.Cli.Tests.Rig;

/// <summary>A standard input that has no text and does not end, as a terminal on which nothing is typed. Its end comes with its disposal.</summary>
internal sealed class OpenInput : TextReader
{
    private readonly ManualResetEventSlim _ended = new();
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the tool reads it.</summary>
    internal Task WhenRead => _read.Task;

    public override int Read(char[] buffer, int index, int count)
    {
        _read.TrySetResult();
        _ended.Wait(TimeSpan.FromMinutes(1));
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        _ended.Set();
        base.Dispose(disposing);
    }
}
