using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Streams;

/// <summary>Injects random faults of JetStream at random times until it is stopped.</summary>
internal sealed class StreamNemesis(StreamSite site, Surroundings surroundings, Chance chance, RunLog log)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(12);

    private TimeSpan _longestPause;
    private bool _isStopped;

    /// <summary>The faults of this run: some of all kinds.</summary>
    public IReadOnlyList<StreamFaultKind> Kinds { get; private set; } = [];

    public void Start()
    {
        Kinds = [.. Enum.GetValues<StreamFaultKind>().Where(_ => chance.Is(0.4))];
        _longestPause = chance.Spread(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
        ScheduleNext();
    }

    /// <summary>Ends all faults.</summary>
    public void Stop()
    {
        _isStopped = true;
        site.JetStream.Faults.RestoreApi();
        Restore(StreamPlan.Stream);
        Restore(StreamPlan.BucketStream);
    }

    private void ScheduleNext()
    {
        if (Kinds.Count == 0)
        {
            return;
        }

        surroundings.Scheduler.After(chance.Spread(TimeSpan.FromMilliseconds(50), _longestPause), surroundings.Network, () =>
        {
            if (!_isStopped)
            {
                Inject(Kinds[chance.Below(Kinds.Count)], chance.Is(0.7) ? StreamPlan.Stream : StreamPlan.BucketStream);
                ScheduleNext();
            }
        });
    }

    private void Inject(StreamFaultKind kind, string stream)
    {
        NatsTestServerJetStreamFaults faults = site.JetStream.Faults;
        log.Add("nemesis", $"{kind} of {stream}");
        switch (kind)
        {
            case StreamFaultKind.ChangeLeader:
                site.Restarted(stream);
                faults.ChangeLeader(stream, chance.Is(0.5) ? TimeSpan.Zero : chance.Spread(TimeSpan.FromMilliseconds(10), s_longest));
                break;
            case StreamFaultKind.MakeUnavailable:
                faults.MakeUnavailable(stream);
                RestoreLater(stream);
                break;
            case StreamFaultKind.Fill:
                faults.Fill(stream);
                RestoreLater(stream);
                break;
            case StreamFaultKind.LoseAcks:
                site.Batches.HaveAnswersBeenLost = true;
                faults.LoseAcks(stream, chance.Between(1, 10));
                break;
            case StreamFaultKind.DelayAcks:
                site.Batches.HaveAnswersBeenLost = true; // those behind the delay overtake them
                faults.DelayAcks(stream, chance.Spread(TimeSpan.FromMilliseconds(10), s_longest));
                RestoreLater(stream);
                break;
            case StreamFaultKind.SilenceApi:
                faults.SilenceApi();
                After(faults.RestoreApi);
                break;
            case StreamFaultKind.DropTail:
                faults.DropTail(StreamPlan.Stream, chance.Between(1, 6));
                site.Store.Dropped(site.JetStream.Read(static account => account.Find(StreamPlan.Stream)!.State.Messages.LastSequence));
                break;
            default:
                if (site.AnyConsumer(stream, chance) is { } consumer)
                {
                    Inject(kind, stream, consumer);
                }

                break;
        }
    }

    private void Inject(StreamFaultKind kind, string stream, string consumer)
    {
        NatsTestServerJetStreamFaults faults = site.JetStream.Faults;
        switch (kind)
        {
            case StreamFaultKind.ChangeConsumerLeader:
                site.Restarted(consumer);
                faults.ChangeConsumerLeader(stream, consumer);
                break;
            case StreamFaultKind.SilenceConsumer:
                faults.SilenceConsumer(stream, consumer);
                RestoreLater(stream);
                break;
            case StreamFaultKind.DeleteConsumer:
                site.Deleted(consumer);
                faults.DeleteConsumer(stream, consumer);
                break;
            case StreamFaultKind.DuplicateDeliveries:
                faults.DuplicateDeliveries(stream, consumer, chance.Between(1, 5));
                break;
        }
    }

    private void RestoreLater(string stream) => After(() => Restore(stream));

    private void Restore(string stream) => site.JetStream.Faults.Restore(stream);

    private void After(Action end) => surroundings.Scheduler.After(chance.Spread(TimeSpan.FromMilliseconds(50), s_longest), surroundings.Network, end);
}
