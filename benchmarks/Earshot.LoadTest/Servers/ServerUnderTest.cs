using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Servers;

/// <summary>One of the two servers that are compared, as a process of its own with its default settings.</summary>
internal sealed class ServerUnderTest : IDisposable
{
    public const string Reference = "nats-server";
    public const string Ours = "Earshot.Server";

    private readonly IDisposable _process;
    private readonly Func<TimeSpan> _cpu;

    private ServerUnderTest(string name, int port, IDisposable process, Func<TimeSpan> cpu)
    {
        Name = name;
        Port = port;
        _process = process;
        _cpu = cpu;
    }

    public string Name { get; }

    public int Port { get; }

    /// <summary>What it has used since it started, of all processors together.</summary>
    public TimeSpan Cpu => _cpu();

    public static ServerUnderTest Of(NatsServerProcess server) => new(Reference, server.Port, server, () => server.Cpu);

    public static async Task<ServerUnderTest> StartOursAsync(string opponent = "earshot-server")
    {
        ReferenceClientProcess process = await ReferenceClientProcess.StartAsync(opponent);
        return new ServerUnderTest(Ours, process.Port, process, () => process.Cpu);
    }

    public void Dispose() => _process.Dispose();
}
