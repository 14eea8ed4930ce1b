using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Workloads;

/// <summary>Requests whose answer is their own payload. A message here is one request with its reply.</summary>
internal sealed class RequestWorkload(int size, NatsServerProcess? server, int outstanding) : Workload(size, server)
{
    public override string Opponent => Server is null ? "responder" : "nats-server";

    public override async Task<Measurement> RunAsync(IWorkloadClient client, TimeSpan warmUp, TimeSpan measured)
    {
        using var opponent = Server is null
            ? await OpponentProcess.StartAsync("responder")
            : await OpponentProcess.StartAsync("answerer", Server.Port);
        await client.ConnectAsync(Server?.Port ?? opponent.Port);
        var payload = Payload();
        return await TwiceAsync(progress => client.RequestAsync(Subject, payload, outstanding, progress), warmUp, measured);
    }
}
