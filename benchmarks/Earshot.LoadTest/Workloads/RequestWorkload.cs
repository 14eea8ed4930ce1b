using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Workloads;

/// <summary>
/// Requests whose answer is their own payload. A message here is one request with its reply; with one outstanding each wait
/// is measured by itself. With several connections the requests take them in turn.
/// </summary>
internal sealed class RequestWorkload(int size, NatsServerProcess? server, int outstanding, int connections = 1) : Workload(size, server)
{
    public override string Opponent => (Server, connections) switch
    {
        (null, 1) => "responder",
        (null, _) => "responders",
        _ => "nats-server",
    };

    public override async Task<Measurement> RunAsync(IWorkloadClient client, TimeSpan warmUp, TimeSpan measured)
    {
        using ReferenceClientProcess opponent = Server is null
            ? await ReferenceClientProcess.StartAsync(Opponent)
            : await ReferenceClientProcess.StartAsync("answerer", Server.Port);
        await client.ConnectAsync(Server?.Port ?? opponent.Port, connections);
        byte[] payload = Payload();
        Latencies? latencies = outstanding == 1 ? new Latencies() : null;
        return await TwiceAsync(progress => client.RequestAsync(Subject, payload, outstanding, progress), latencies, warmUp, measured);
    }
}
