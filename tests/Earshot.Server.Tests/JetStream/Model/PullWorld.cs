using System.Globalization;
using Earshot.JetStream.Consuming;

namespace Earshot.Server.Tests.JetStream.Model;

/// <summary>
/// The machine of a read (<see cref="PullMachine"/>) and the state of its consumer in the in-process server (see <see cref="PullServer"/>), connected by two queues
/// of frames. Each step is one thing that can happen; nothing happens by itself.
/// </summary>
internal sealed class PullWorld
{
    private const int MaxPasses = 1000;

    private static readonly PullStep[] s_withoutTime = [PullStep.ServerReceives, PullStep.ClientReceives, PullStep.AnswerProbe, PullStep.Process];

    private readonly PullMachine _machine = new(7);
    private readonly PullServer _server;
    private readonly Queue<PullFrame> _toServer = new();
    private readonly Queue<(ulong Sequence, int Size)> _buffered = new();
    private readonly HashSet<int> _inboxes = []; // of the client; a new session subscribes them
    private readonly HashSet<ulong> _processed = [];
    private readonly PullBudget _budget;
    private long _now = TimeSpan.TicksPerHour;
    private bool _isAsking;

    public PullWorld(PullSettings settings, PullBudget budget)
    {
        _budget = budget;
        _server = new PullServer(() => _now);
        _machine.Start(settings, default, 0, hasSession: true, _now);
        Obey();
    }

    /// <summary>What can happen now. Faults and stored messages are limited by the budget.</summary>
    public IEnumerable<PullStep> Possible => Enum.GetValues<PullStep>().Where(IsPossible);

    /// <summary>Whether nothing is left to wait for: all messages are acknowledged, or the read has ended with reason.</summary>
    public bool IsDone => _machine.IsOver || (!_machine.Settings.IsSingle && !_server.IsDeleted && _server.IsIdle && _processed.Count == _server.Stored);

    public long Now => _now;

    private long Due => Math.Min(_machine.Due, _server.Due);

    public void Do(PullStep step)
    {
        switch (step)
        {
            case PullStep.ServerReceives: _server.Receive(_toServer.Dequeue()); break;
            case PullStep.ClientReceives: Receive(_server.ToClient.Dequeue()); break;
            case PullStep.Process: Process(); break;
            case PullStep.Store: _budget.Messages--; _server.Store(); break;
            case PullStep.Pass: Pass(); break;
            case PullStep.AnswerProbe: Answer(_server.Probe(isConnected: _server.Session > 0)); break;
            case PullStep.Disconnect: _budget.Faults--; Disconnect(); break;
            case PullStep.NoticeDisconnect: _server.NoticeDisconnect(); break;
            case PullStep.Connect: Connect(); break;
            case PullStep.LoseRequest: _budget.Faults--; _toServer.Dequeue(); break;
            case PullStep.LoseDelivery: _budget.Faults--; _server.ToClient.Dequeue(); break;
            case PullStep.LoseProbe: _budget.Faults--; Answer(new PullProbe(PullProbeKind.Unavailable)); break;
            case PullStep.ChangeLeader: _budget.Faults--; _server.ChangeLeader(isHeard: true); break;
            case PullStep.LoseLeader: _budget.Faults--; _server.ChangeLeader(isHeard: false); break;
            case PullStep.Delete: _budget.Faults--; _server.Delete(); break;
        }

        Obey();
    }

    /// <summary>
    /// Lets everything happen that is not a fault, and the time pass, until nothing is left to wait for. Returns false when it still waits after
    /// <paramref name="limit"/>: without end, as both have nothing due, or nothing that helps.
    /// </summary>
    public bool Settles(TimeSpan limit)
    {
        long end = _now + limit.Ticks;
        DoAllWithoutTime();
        _server.Store(); // so that a read that nothing has shown to be stuck is found, too
        for (int passes = 0; passes < MaxPasses; passes++)
        {
            DoAllWithoutTime();
            if (IsDone)
            {
                return true;
            }

            if (Due == PullTimes.Never || Due > end)
            {
                return false;
            }

            Do(PullStep.Pass);
        }

        return false;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_machine.Phase}, epoch {_machine.Epoch}, outstanding {_machine.Amounts.Outstanding}, buffered {_machine.Amounts.BufferedMsgs}, due in {(_machine.Due == PullTimes.Never ? "never" : TimeSpan.FromTicks(_machine.Due - _now))}; server: {_server}");

    private void DoAllWithoutTime()
    {
        do
        {
            if (!_machine.IsOver && _server.Session == 0)
            {
                Do(PullStep.Connect);
            }

            _server.NoticeDisconnect();
            foreach (PullStep step in s_withoutTime)
            {
                while (IsPossible(step))
                {
                    Do(step);
                }
            }
        }
        while (s_withoutTime.Any(IsPossible));
    }

    private bool IsPossible(PullStep step) => step switch
    {
        PullStep.ServerReceives => _toServer.Count > 0,
        PullStep.ClientReceives => _server.ToClient.Count > 0,
        PullStep.Process => _buffered.Count > 0,
        PullStep.Store => _budget.Messages > 0,
        PullStep.Pass => Due != PullTimes.Never,
        PullStep.AnswerProbe => _isAsking,
        PullStep.Disconnect => _budget.Faults > 0 && _server.Session > 0 && !_machine.IsOver,
        PullStep.NoticeDisconnect => _server.HasOldInboxes,
        PullStep.Connect => _server.Session == 0,
        PullStep.LoseRequest => _budget.Faults > 0 && _toServer.TryPeek(out PullFrame? request) && request is PullFrame.Pull or PullFrame.Ack,
        PullStep.LoseDelivery => _budget.Faults > 0 && _server.ToClient.Count > 0,
        PullStep.LoseProbe => _budget.Faults > 0 && _isAsking,
        PullStep.Delete => _budget is { Faults: > 0, MayDelete: true } && !_server.IsDeleted,
        _ => _budget.Faults > 0 && !_server.IsDeleted,
    };

    private void Receive(PullFrame frame)
    {
        if (!_inboxes.Contains(frame.Epoch))
        {
            return;
        }

        if (frame is PullFrame.Message message)
        {
            _buffered.Enqueue((message.Sequence, message.Size));
            _machine.Received(message.Epoch, 1, message.Size, message.Pending, _now);
        }
        else if (frame is PullFrame.Status status)
        {
            _machine.Status(status.Epoch, status.Value, _now);
        }
    }

    private void Process()
    {
        (ulong sequence, int size) = _buffered.Dequeue();
        _processed.Add(sequence);
        _machine.Processed(1, size, _now);
        Send(new PullFrame.Ack(sequence));
    }

    private void Pass()
    {
        _now = Math.Max(_now, Due);
        _server.Tick();
        _machine.Timer(_now);
    }

    private void Answer(PullProbe result)
    {
        _isAsking = false;
        _machine.ProbeAnswered(result, _now);
    }

    private void Disconnect()
    {
        _server.EndSession();
        _toServer.Clear();
        _machine.SessionLost(_now);
    }

    private void Connect()
    {
        _server.StartSession();
        foreach (int epoch in _inboxes)
        {
            _toServer.Enqueue(new PullFrame.Subscribe(epoch));
        }

        _machine.SessionStarting(_now);
    }

    private bool Send(PullFrame frame)
    {
        if (_server.Session > 0)
        {
            _toServer.Enqueue(frame);
        }

        return _server.Session > 0;
    }

    // Executes the effects of the machine, as its engine does.
    private void Obey()
    {
        while (_machine.Effects.Count > 0)
        {
            PullEffect effect = _machine.Effects[0];
            _machine.Effects.RemoveAt(0);
            switch (effect.Kind)
            {
                case PullEffectKind.Subscribe:
                    _inboxes.Add(effect.Epoch);
                    Send(new PullFrame.Subscribe(effect.Epoch));
                    break;
                case PullEffectKind.Ask when !Send(new PullFrame.Pull(effect.Epoch, effect.Ask)):
                    _machine.SendFailed(effect.Epoch, effect.Ask, _now);
                    break;
                case PullEffectKind.Unsubscribe:
                    Send(new PullFrame.Unsubscribe(effect.Epoch));
                    break;
                case PullEffectKind.Forget:
                    _inboxes.Remove(effect.Epoch);
                    Send(new PullFrame.Unsubscribe(effect.Epoch));
                    break;
                case PullEffectKind.Probe:
                    _isAsking = true;
                    break;
            }
        }
    }
}
