using System.IO.Pipelines;

namespace Earshot.Server.Links;

/// <summary>One end of two pipes in memory, crosswise. No threads of its own, so it works under any clock.</summary>
internal sealed class MemoryDuplex(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;

    public static (MemoryDuplex Client, MemoryDuplex Server) CreatePair()
    {
        // A bound like a socket's, so that a client that does not read holds its server up.
        var options = new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false);
        var up = new Pipe(options);
        var down = new Pipe(options);
        return (new MemoryDuplex(down.Reader, up.Writer), new MemoryDuplex(up.Reader, down.Writer));
    }

    public void Abort(Exception? reason)
    {
        // Only the writer of the peer's direction may be completed from here; the reader belongs to the read loop.
        output.Complete(reason);
    }
}
