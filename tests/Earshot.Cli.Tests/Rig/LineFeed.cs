using System.Collections.Concurrent;

namespace Earshot.Cli.Tests.Rig;

/// <summary>A standard input that a test writes lines to; reading waits for the next one.</summary>
internal sealed class LineFeed : TextReader
{
    private readonly BlockingCollection<string> _lines = [];

    internal void Add(string line) => _lines.Add(line);

    /// <summary>Ends the input.</summary>
    internal void End() => _lines.CompleteAdding();

    public override string? ReadLine() => _lines.TryTake(out string? line, Timeout.Infinite) ? line : null;

    protected override void Dispose(bool disposing)
    {
        _lines.CompleteAdding();
        base.Dispose(disposing);
    }
}
