using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace Earshot.LoadTest.Opponents;

/// <summary>This program, started again as an opponent, so that the opponent's work is not counted as the client's.</summary>
internal sealed class ReferenceClientProcess : IDisposable
{
    private readonly Process _process;

    private ReferenceClientProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>What it has used since it started.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<ReferenceClientProcess> StartAsync(string kind, params int[] numbers)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Earshot.LoadTest.dll"));
        }

        foreach (string argument in (string[])["--opponent", kind, .. numbers.Select(static number => number.ToString(CultureInfo.InvariantCulture))])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync();
        if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            return new ReferenceClientProcess(process, port);
        }

        process.Kill();
        process.Dispose();
        throw new InvalidOperationException($"The opponent '{kind}' did not start: {line}");
    }

    /// <summary>Tells a feeder how many messages the client has handled so far.</summary>
    public void Report(long messages)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, messages);
        _process.StandardInput.BaseStream.Write(number);
        _process.StandardInput.BaseStream.Flush();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
