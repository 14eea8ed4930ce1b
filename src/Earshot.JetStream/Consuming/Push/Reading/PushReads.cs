using System.Diagnostics.CodeAnalysis;
using Earshot.Connections;

namespace Earshot.JetStream.Consuming;

/// <summary>The reads of one push consumer object: converts options, and allows one read at a time, because each one receives every message.</summary>
internal sealed class PushReads(PushPlan plan, ConsumerInfo created)
{
    // An ephemeral consumer that nobody reads is deleted by the server, after 5 s unless its configuration says otherwise.
    private static readonly TimeSpan s_certain = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ConsumerInfo _info = created;
    private PushFloor? _floor;
    private PushEngine? _running;
    private readonly long _created = plan.Parts.Time.GetTimestamp();

    private ConnectionPort Port => plan.Parts.Port;

    /// <summary>Updates the known values of the consumer.</summary>
    public void Refresh(ConsumerInfo info) => Volatile.Write(ref _info, info);

    /// <summary>The name of the consumer; another one after it was recreated.</summary>
    public string Name
    {
        get
        {
            lock (_gate)
            {
                return _running?.Origin.Name ?? _info.Name;
            }
        }
    }

    /// <summary>Ends the running read, because this client has deleted the consumer.</summary>
    public void Deleted()
    {
        PushEngine? running;
        lock (_gate)
        {
            running = _running;
        }

        running?.Deleted();
    }

    public IAsyncEnumerable<INatsJSMsg<T>> Consume<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? opts, CancellationToken cancellationToken) =>
        PushStream.ReadAsync(Call(serializer, opts), cancellationToken);

    public async ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? opts, CancellationToken cancellationToken)
    {
        PushCall<T> call = Call(serializer, opts);
        cancellationToken.ThrowIfCancellationRequested();
        await EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        return new PushConsume<T>(call, await call.StartAsync(cancellationToken).ConfigureAwait(false));
    }

    public ValueTask EnsureConnectedAsync(CancellationToken cancellationToken) => Port.EnsureConnectedAsync(cancellationToken);

    /// <summary>Starts the engine of a read, after the end of a former read that was stopped.</summary>
    /// <exception cref="InvalidOperationException">The consumer is read already, and has no deliver group.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the former read had ended.</exception>
    public async ValueTask<PushEngine> StartAsync(ReadReporter reporter, bool leavesRest, bool isExact, CancellationToken cancellationToken)
    {
        PushEngine? engine;
        while (!TryStart(reporter, leavesRest, isExact, out engine, out PushEngine? stopping))
        {
            await stopping.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return engine;
    }

    // Returns false, and the former engine, while it is still stopping.
    private bool TryStart(
        ReadReporter reporter, bool leavesRest, bool isExact, [NotNullWhen(true)] out PushEngine? engine, [NotNullWhen(false)] out PushEngine? stopping)
    {
        (engine, stopping) = (null, null);
        PushSettings settings;
        lock (_gate)
        {
            if (plan.Config.DeliverGroup is null && _running is { } running)
            {
                (bool isOver, PushPhase phase) = running.Locked(static machine => (machine.IsOver, machine.Phase));
                if (phase == PushPhase.Stopping)
                {
                    stopping = running;
                    return false;
                }

                if (!isOver)
                {
                    throw new InvalidOperationException(
                        $"The consumer '{_info.Name}' is being read. Each subscription of a push consumer without a deliver group receives all messages.");
                }
            }

            _floor ??= BeginFloor();
            var hub = ConsumerHub.For(plan.Parts.Connection);
            ConsumerOrigin origin = PushOrigins.Of(plan, hub, _running?.Origin.Name ?? _info.Name, _floor, ConsumerTraits.Of(_info));
            _floor?.Continue(origin);
            string subject = _running?.DeliverSubject ?? plan.Config.DeliverSubject!; // a recreated consumer has its own
            engine = new PushEngine(plan with { Config = plan.Config with { DeliverSubject = subject } }, origin, _floor, reporter);
            settings = new PushSettings
            {
                Heartbeat = plan.Config.IdleHeartbeat.Ticks,
                IsRecreatable = plan.IsRecreatable,
                IsNew = _running is null && plan.Parts.Time.GetElapsedTime(_created) < s_certain,
                IsShared = plan.Config.DeliverGroup is not null,
                LeavesRest = leavesRest,
            };
            _running = engine;
        }

        engine.Start(settings, isExact);
        return true;
    }

    private PushFloor? BeginFloor()
    {
        if (!plan.IsRecreatable)
        {
            return null;
        }

        var floor = new PushFloor(plan.Config);
        floor.Created(_info);
        return floor;
    }

    private PushCall<T> Call<T>(INatsDeserialize<T>? serializer, NatsJSConsumeOpts? opts)
    {
        opts ??= plan.Parts.Options.DefaultConsumeOpts;
        PriorityRules.RefuseForPush(opts.PriorityGroup);
        var pump = NotificationPump.For(opts.NotificationHandler ?? plan.NotificationHandler);
        return new PushCall<T>(this, serializer ?? Port.Deserializer<T>(), new ReadReporter(NatsJSConsumerKind.Push, pump))
        {
            LeavesRest = opts.StopPolicy == NatsJSStopPolicy.Leave,
            DrainsOnCancel = opts.DrainOnCancel || opts.StopPolicy == NatsJSStopPolicy.Deliver,
            DrainsAtStop = opts.StopPolicy == NatsJSStopPolicy.Deliver,
        };
    }
}
