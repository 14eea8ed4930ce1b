using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Workloads;

/// <summary>
/// One subscription that is never short of messages. The source waits on the socket; the feeder behind a real server is
/// notified every few milliseconds of the client's progress, so that it stays ahead without making it a slow consumer.
/// </summary>
internal sealed class ReceiveWorkload(int size, NatsServerProcess? server, ReceiveForm form, int headers = 0) : Workload(size, server)
{
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromMilliseconds(2);

    public override string Opponent => Server is null ? "source" : "nats-server";

    public override async Task<Measurement> RunAsync(IWorkloadClient client, TimeSpan warmUp, TimeSpan measured)
    {
        using ReferenceClientProcess opponent = Server is null
            ? await ReferenceClientProcess.StartAsync("source", Size, headers)
            : await ReferenceClientProcess.StartAsync("feeder", Server.Port, Size);
        await client.ConnectAsync(Server?.Port ?? opponent.Port);

        var input = new ReceiveInput(Subject, Size, form, headers);
        var progress = new Progress();
        var subscribed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiving = Task.Run(() => client.ReceiveAsync(input, subscribed.SetResult, progress));
        await await Task.WhenAny(receiving, subscribed.Task);
        using var ended = new CancellationTokenSource();
        Task reporting = Server is null ? Task.CompletedTask : ReportAsync(opponent, progress, ended.Token);

        await Task.Delay(warmUp);
        long before = progress.Count;
        var start = Snapshot.Take();
        await Task.Delay(measured);
        long messages = progress.Count - before;
        var end = Snapshot.Take();

        progress.Stop();
        await receiving;
        await ended.CancelAsync();
        await reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Measurement.Between(start, end, messages) with { Dropped = progress.Dropped };
    }

    private static async Task ReportAsync(ReferenceClientProcess feeder, Progress progress, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(s_reportEvery);
        do
        {
            feeder.Report(progress.Count);
        }
        while (await timer.WaitForNextTickAsync(ended));
    }
}
