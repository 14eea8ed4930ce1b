namespace Earshot.JetStream.ConsumerGroups.Tests.Kit;

/// <summary>One running instance of a member, whose messages go into the shared record. Contains no assertions.</summary>
internal sealed class Instance : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;

    private Instance(CancellationToken limit) => _stop = CancellationTokenSource.CreateLinkedTokenSource(limit);

    public Task<NatsJSRunResult> Run { get; private set; } = Task.FromResult(default(NatsJSRunResult));

    public static Instance Static(GroupRig rig, string member, HandledMessages record, string name, ConsumerConfig? config = null)
    {
        var instance = new Instance(rig.Cancel);
        instance.Run = rig.JetStream.RunPcgStaticAsync<int>(rig.Stream, "cg", member, (message, _) => record.AddAsync(name, message), config, cancellationToken: instance._stop.Token);
        record.FailWith(instance.Run);
        return instance;
    }

    public static Instance Elastic(GroupRig rig, string member, HandledMessages record, string name, ConsumerConfig? config = null)
    {
        var instance = new Instance(rig.Cancel);
        instance.Run = rig.JetStream.RunPcgElasticAsync<int>(rig.Stream, "cg", member, (message, _) => record.AddAsync(name, message), config, cancellationToken: instance._stop.Token);
        record.FailWith(instance.Run);
        return instance;
    }

    public async Task<NatsJSRunResult> StopAsync()
    {
        await _stop.CancelAsync();
        return await Run;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
