using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Earshot.Catalogue.Tests.Memory;

/// <summary>
/// Samples the resident set of this process without pause; its highest value is the result. Linux reports it without an allocation here: samples
/// that allocate would be most of what is measured, the more the longer it takes.
/// </summary>
internal sealed class PeakWorkingSet : IDisposable
{
    private const string Statistics = "/proc/self/statm"; // sizes in pages: of the whole process, and the resident one

    private readonly SafeFileHandle? _statistics = File.Exists(Statistics) ? File.OpenHandle(Statistics) : null;
    private readonly Thread _thread;
    private long _peak;
    private bool _isStopped;

    public PeakWorkingSet()
    {
        _thread = new Thread(Sample) { IsBackground = true };
        _thread.Start();
    }

    public long Stop()
    {
        Dispose();
        return Volatile.Read(ref _peak);
    }

    public void Dispose()
    {
        Volatile.Write(ref _isStopped, true);
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _statistics?.Dispose();
    }

    private void Sample()
    {
        while (!Volatile.Read(ref _isStopped))
        {
            Volatile.Write(ref _peak, Math.Max(_peak, _statistics is null ? Environment.WorkingSet : Read(_statistics)));
            Thread.Yield();
        }
    }

    private static long Read(SafeFileHandle statistics)
    {
        Span<byte> text = stackalloc byte[128];
        text = text[..RandomAccess.Read(statistics, text, fileOffset: 0)];
        text = text[(text.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(text, out long pages, out _) ? pages * Environment.SystemPageSize : throw new FormatException($"{Statistics} has another form.");
    }
}
