using System.Globalization;
using CsCheck;
using Earshot.JetStream.Batches;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>The fast batch machine, as a table, and against a model of a stream.</summary>
public sealed class FastMachineTests
{
    private static readonly FastTerms s_terms = new(MaxOutstandingAcks: 2, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(15), ContinuesAfterLoss: false);

    /// <summary>Steps: an input (Ack:number:flow, Gap:expected:number, Ended:count, Refused:code); +seconds; "next" for what to write; "ids", "ok" in front.</summary>
    [Theory]
    [InlineData("Add next", "SendStart")]
    [InlineData("Add next Add next", "Wait")] // the first ack is awaited
    [InlineData("Add next Add Ack:0:2 next", "Send")]
    [InlineData("Add*9 next Ack:0:2 next next next", "Send")]
    [InlineData("Add*9 next Ack:0:2 next next next next", "Wait")] // two acks of two messages are outstanding
    [InlineData("Add*9 next Ack:0:2 next next next Ack:2:2 next", "Send")]
    [InlineData("Add*9 next Ack:0:2 next next next Ack:2:1 next", "Wait")] // the server wants less
    [InlineData("Add*9 next Ack:0:2 next next next Ack:4:2 next", "Send")] // the ack of 2 was lost
    [InlineData("Add next +6 Due", "EndUnknown")]
    [InlineData("ids Add next +6 Due", "StartAgain")]
    [InlineData("ids Add next +6 Due Due next", "SendStart")]
    [InlineData("Add next Ack:0:9 +4 Due", "Wait")]
    [InlineData("Add next Ack:0:9 +5 Due", "Ping")] // to keep the batch
    [InlineData("Add next Ack:0:9 +5 Due Ack:0:9 +4 Due", "Wait")]
    [InlineData("Add next Ack:0:9 +5 Due +2 Due", "Ping")]
    [InlineData("Add next Ack:0:9 +5 Due +2 Due +2 Due +2 Due", "EndUnknown")]
    [InlineData("Add next Ack:1:1 +5 Due +6 Due", "StartAgain")] // all have their ack, so nothing is unknown
    [InlineData("Add*3 next Ack:0:2 next +2 Due", "Ping")] // an ack is due
    [InlineData("Add next Refused:10205", "FailRefused")]
    [InlineData("Add next NoResponders", "FailNoResponders")]
    [InlineData("Add next Denied", "FailDenied")]
    [InlineData("Add next StoredAlone", "EndNotSupported")]
    [InlineData("Add next CannotWrite", "EndUnknown")]
    [InlineData("Add next Ack:1:1 CannotWrite", "FailNotWritten")]
    [InlineData("Add next CannotWrite:message", "FailNotWritten")] // nothing was sent
    [InlineData("Add*2 next Ack:1:1 next CannotWrite:message", "FailNotWritten")]
    [InlineData("Add*3 next Ack:0:9 next next CannotWrite:message", "EndUnknown")] // the one before it has no ack
    [InlineData("Add next NotWritten:message next", "SendStart")]
    [InlineData("Add*2 next Ack:0:9 next NotWritten:message next", "Send")]
    [InlineData("Add next NotWritten:message +9 Due", "Wait")]
    [InlineData("Add*2 next Ack:0:2 next NotWritten:message +5 Due", "Ping")]
    [InlineData("Add next Ack:0:9 SessionLost", "EndUnknown")]
    [InlineData("ids Add next Ack:0:9 SessionLost", "StartAgain")]
    [InlineData("ids Add next Ack:0:9 Refused:10208", "StartAgain")]
    [InlineData("ids Add next Ack:0:9 NoResponders", "StartAgain")]
    [InlineData("ids Add next Ack:0:9 NoResponders Due next", "Wait")] // after a delay
    [InlineData("ids Add next Ack:0:9 NoResponders +1 Due next", "SendStart")]
    [InlineData("ids Add next Ack:0:9 SessionLost Due next NoResponders", "StartAgain")]
    [InlineData("ids Add next Ack:0:9 SessionLost Due next +15 NoResponders", "EndUnknown")]
    [InlineData("Add next Ack:0:9 Refused:10208", "EndUnknown")]
    [InlineData("Add next Ack:1:1 Refused:10208", "StartAgain")]
    [InlineData("Add next Ack:0:9 Gap:2:4", "Wait")] // for the count of the server
    [InlineData("Add next Ack:0:9 Gap:2:4 Ended:1", "EndIncomplete")]
    [InlineData("Add next Ack:0:9 Gap:2:4 Add next", "Wait")]
    [InlineData("Add next Ack:0:9 Gap:2:4 Add Commit Ended:1", "EndIncomplete")]
    [InlineData("Add next Ack:0:9 Gap:2:4 +6 Due", "EndUnknown")] // its last answer was lost
    [InlineData("Add next Ack:0:9 MessageRefused:1:10071", "Wait")]
    [InlineData("Add next Ack:0:9 MessageRefused:1:10071 Ended:0", "EndIncomplete")]
    [InlineData("ok Add next Ack:0:9 Gap:2:4", "ReportLoss")]
    [InlineData("ok Add next Ack:0:9 MessageRefused:1:10071", "ReportLoss")]
    [InlineData("ok Add*5 next Ack:0:9 next next next Gap:2:3 Commit next next Ended:5", "EndStored")] // its count includes the lost ones
    [InlineData("Add next Ack:0:9 Ended:1", "EndIncomplete")]
    [InlineData("Add Commit:message next", "SendCommit")] // start and commit in one
    [InlineData("Add Commit:message next Ended:1", "EndStored")]
    [InlineData("Add*2 Commit:message next Ack:0:9 next Ended:2", "EndStored")]
    [InlineData("Add*2 Commit:message next Ack:0:9 next Ended:1", "EndIncomplete")]
    [InlineData("Add*2 Commit:message next Ack:0:9 next +6 Due", "EndUnknown")]
    [InlineData("ids Add*2 Commit:message next Ack:0:9 next +6 Due", "StartAgain")]
    [InlineData("ids Add*2 Commit:message next Ack:0:9 next +6 Due Due next Ack:0:9 next Ended:2", "EndStored")]
    [InlineData("ids Add*3 Commit:message next Ack:0:9 next next SessionLost Due next Ack:0:9 next Gap:2:3 Ended:1", "EndUnknown")] // 2 may be of the first round
    [InlineData("Add Commit next", "SendStart")]
    [InlineData("Add Commit next Ack:0:9 next", "SendEnd")]
    [InlineData("Add Commit next Ack:0:9 next Ended:1", "EndStored")]
    [InlineData("Add Commit next Ack:0:9 next NoResponders", "EndUnknown")] // the first message is stored
    [InlineData("Add Commit next Ack:0:9 next Refused:10023", "EndUnknown")]
    [InlineData("ids Add Commit next Ack:0:9 next NoResponders", "StartAgain")]
    [InlineData("Add Commit:message next NoResponders", "FailNoResponders")]
    [InlineData("Add Commit next Ack:0:9 next Cancelled", "EndCancelledUnknown")]
    [InlineData("Add Commit next Ack:1:1 next SessionLost", "StartAgain")]
    [InlineData("Add Commit next Ack:1:1 next SessionLost Due next", "EndStored")] // all had their ack
    [InlineData("Add Commit next Ack:0:9 next +15 Due", "EndUnknown")]
    [InlineData("Add Commit next Ack:0:9 next Ended:1 Add", "RejectOver")]
    [InlineData("Add next Ack:1:1 ConnectionEnded", "EndIncomplete")]
    [InlineData("Add next ConnectionEnded", "EndUnknown")]
    [InlineData("SessionLost", "Wait")]
    [InlineData("Add next Ack:0:9 Ended:1 Commit", "RejectOver")]
    [InlineData("Add next Ack:0:9 Ended:1 Ack:1:9", "Wait")] // an answer after the end
    [InlineData("Add next Cancelled", "Wait")] // only a commit is given up
    [InlineData("Denied", "Wait")] // of something else than this batch
    [InlineData("NoResponders", "Wait")]
    [InlineData("Add next Ack:0:9 Denied", "EndUnknown")]
    [InlineData("ids Add next Ack:0:9 Refused:10008", "StartAgain")] // no leader
    [InlineData("ids Add next Ack:0:9 Refused:10118", "StartAgain")] // the stream is offline
    [InlineData("ids Add next Ack:0:9 NoResponders NoResponders", "Wait")] // of the round that is given up
    [InlineData("Add Commit next Ack:1:1 +15 SessionLost", "EndStored")] // all have their ack, and there is no time for another round
    [InlineData("Add*3 Commit next Ack:1:1 +15 SessionLost", "EndIncomplete")] // two were not sent
    [InlineData("Add Commit next Ack:0:9 next NotWritten +6 Due", "EndUnknown")] // the end of the batch is still awaited
    [InlineData("Add next Ack:1:9 next", "Wait")]
    [InlineData("Add*3 next Ack:0:9 next +2 Due", "Wait")] // no ack is due
    [InlineData("Add*5 next Ack:1:3 next +2 Due", "Wait")]
    [InlineData("Add*3 next Ack:0:2 next Ack:0:2 +2 Due", "Ping")]
    [InlineData("Add*9 next Ack:0:2 next next next Ack:2:5 +2 Due", "Wait")]
    [InlineData("Add Commit next Ack:0:9 next Ack:0:9 next", "Wait")] // the end is sent once
    [InlineData("Add*2 Commit:message next Ack:0:9 next +4 Gap:2:4 +2 Due", "EndUnknown")] // a gap does not prolong the wait for the commit
    [InlineData("ok Add*2 Commit:message next Ack:0:9 next +4 Gap:2:3 +2 Due", "EndUnknown")]
    [InlineData("ok Add*3 next Ack:0:9 next Gap:2:3 +2 Due", "Ping")]
    [InlineData("Add*2 Commit +15 Due", "EndIncomplete")]
    [InlineData("Add*3 next Ack:0:2 next NotWritten:message +2 Due", "Wait")] // the ack is due no more
    [InlineData("Add*9 next Ack:0:2 next next NotWritten:message +2 Due", "Ping")]
    [InlineData("Add*9 next Ack:1:2 next next NotWritten:message +2 Due", "Wait")]
    public void Last_order_of_a_script_is(string script, string expected) => Assert.Equal(expected, Run(script).Order.ToString());

    [Theory]
    [InlineData("SessionLost", null)]
    [InlineData("Add", 0)]
    [InlineData("+10 Add next", 16)]
    [InlineData("+10 Add*3 next Ack:0:2 next", 12)] // a ping before the time is over
    [InlineData("+10 Add next Ack:1:9", 15)]
    [InlineData("+10 Add Commit:message +12 next", 25)] // the deadline of the commit
    [InlineData("+10 Add Commit next Ack:0:9 next Ended:1", null)]
    public void Script_leaves_this_due(string script, int? seconds) => Assert.Equal(
        seconds is { } due ? TimeSpan.FromSeconds(due) : TimeSpan.MaxValue, FastBatchMachine.DueOf(Run(script).State, s_terms));

    [Theory]
    [InlineData("Add*3 Commit:message next Ack:0:9 next next Ended:3", 3)]
    [InlineData("ids Add*4 next Ack:0:9 next Ack:2:9 SessionLost Due next Ack:0:9 next Ack:1:9 ConnectionEnded", 3)] // two of the first round, one of the second
    public void Script_ends_with_this_number_stored(string script, long stored) => Assert.Equal(stored, Run(script).State.Stored);

    [Fact]
    public void Every_order_tells_the_truth_about_the_stream() =>
        Gen.Select(Gen.Bool, Gen.Int[1, 6], Gen.Int[0, 11].Array[0, 120]).Sample((hasIds, count, choices) =>
        {
            var run = new ModelRun(hasIds, count);
            foreach (int choice in choices)
            {
                run.Choose(choice);
            }

            return run.IsTruthful;
        }, iter: 10_000);

    private static (FastOrder Order, FastState State) Run(string script)
    {
        FastState state = new();
        TimeSpan now = TimeSpan.Zero;
        FastOrder order = FastOrder.Wait;
        FastTerms terms = script.StartsWith("ok", StringComparison.Ordinal) ? s_terms with { ContinuesAfterLoss = true } : s_terms;
        bool hasIds = script.StartsWith("ids", StringComparison.Ordinal);
        foreach (string step in script.Split(' ').Where(step => step is not "ids" and not "ok"))
        {
            string[] parts = step.Split(':');
            if (step[0] == '+')
            {
                now += TimeSpan.FromSeconds(Number(step[1..]));
            }
            else if (step == "next")
            {
                order = FastBatchMachine.Next(ref state, terms, now);
            }
            else if (step.StartsWith("Add*", StringComparison.Ordinal))
            {
                state.Added += Number(step[4..]);
            }
            else
            {
                order = FastBatchMachine.Step(ref state, terms, Input(parts, now) with { MayResend = hasIds || state.Sent == state.Acked });
            }
        }

        return (order, state);
    }

    private static FastInput Input(string[] parts, TimeSpan now)
    {
        var input = new FastInput(Enum.Parse<FastInputKind>(parts[0]), now);
        return input.Kind switch
        {
            FastInputKind.Ack => input with { Sequence = Number(parts[1]), Flow = Number(parts[2]) },
            FastInputKind.Gap => input with { Expected = Number(parts[1]), Sequence = Number(parts[2]) },
            FastInputKind.Ended => input with { Sequence = Number(parts[1]) },
            FastInputKind.MessageRefused => input with { Sequence = Number(parts[1]), Error = new ApiError { ErrCode = Number(parts[2]) } },
            FastInputKind.Refused => input with { Error = new ApiError { ErrCode = Number(parts[1]) } },
            FastInputKind.CannotWrite or FastInputKind.NotWritten => input with { HasMessage = parts.Length > 1 },
            FastInputKind.Commit => input with { HasMessage = parts.Length > 1, Deadline = now + TimeSpan.FromSeconds(15) },
            _ => input,
        };
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>
    /// A fast batch of a few messages, and a stream that stores them in order. Frames and answers may be late, or lost with their session,
    /// and the stream may forget the batch.
    /// </summary>
    private sealed class ModelRun
    {
        private readonly bool _hasIds;
        private readonly int _count;
        private readonly Queue<(int Round, long First, long Sequence, bool IsCommit)> _frames = new();
        private readonly Queue<(int Round, FastInput Input)> _answers = new();
        private readonly List<long> _stored = []; // absolute numbers
        private readonly Dictionary<int, long> _known = []; // rounds that the stream knows, and the last number
        private FastState _state = new();
        private FastOrder _end = FastOrder.Wait;
        private TimeSpan _now;

        public ModelRun(bool hasIds, int count)
        {
            (_hasIds, _count) = (hasIds, count);
            _state.Added = count;
            Take(new FastInput(FastInputKind.Commit, _now) { HasMessage = true, Deadline = TimeSpan.FromSeconds(15) });
        }

        public bool IsTruthful
        {
            get
            {
                bool hasFirst = Enumerable.Range(1, (int)_state.Stored).All(number => _stored.Contains(number));
                bool isOnce = _stored.Distinct().Count() == _stored.Count;
                bool mayMore = _frames.Any(frame => _known.ContainsKey(frame.Round));
                return isOnce && _end switch
                {
                    FastOrder.EndStored => _stored.Count == _count,
                    FastOrder.EndIncomplete => hasFirst && _stored.Count == _state.Stored,
                    FastOrder.FailRefused or FastOrder.FailNoResponders => _stored.Count == 0 && !mayMore,
                    FastOrder.Wait => true,
                    _ => hasFirst,
                };
            }
        }

        public void Choose(int choice)
        {
            if (_end != FastOrder.Wait)
            {
                return;
            }

            switch (choice)
            {
                case <= 3 when _frames.Count > 0:
                    AtStream(_frames.Dequeue());
                    break;
                case <= 6 when _answers.Count > 0:
                    (int round, FastInput answer) = _answers.Dequeue();
                    if (round == _state.Round)
                    {
                        Take(answer with { Now = _now });
                    }

                    break;
                case 7 when _answers.Count > 0:
                    _answers.Dequeue();
                    break;
                case 8: // a part of what was written arrives, and no answer
                    for (int i = _frames.Count / 2; i > 0; i--)
                    {
                        AtStream(_frames.Dequeue());
                    }

                    _frames.Clear();
                    _answers.Clear();
                    Take(new FastInput(FastInputKind.SessionLost, _now));
                    break;
                case 9:
                    _known.Clear(); // another leader
                    break;
                case 10 when _frames.Count > 0:
                    _frames.Dequeue(); // dropped by a server on the way
                    break;
                default:
                    TimeSpan due = FastBatchMachine.DueOf(_state, s_terms);
                    _now = due < TimeSpan.FromMinutes(1) && due > _now ? due : _now;
                    Take(new FastInput(FastInputKind.Due, _now));
                    break;
            }
        }

        private void AtStream((int Round, long First, long Sequence, bool IsCommit) frame)
        {
            if (frame.Sequence == 1 && !_known.ContainsKey(frame.Round))
            {
                _known[frame.Round] = 0;
            }

            if (!_known.TryGetValue(frame.Round, out long last))
            {
                _answers.Enqueue((frame.Round, new FastInput(FastInputKind.Refused, _now) { Error = new ApiError { ErrCode = 10208 } }));
                return;
            }

            if (frame.Sequence != last + 1)
            {
                _known.Remove(frame.Round);
                _answers.Enqueue((frame.Round, new FastInput(FastInputKind.Gap, _now) { Expected = last + 1, Sequence = frame.Sequence }));
                _answers.Enqueue((frame.Round, new FastInput(FastInputKind.Ended, _now) { Sequence = last }));
                return;
            }

            long number = frame.First + frame.Sequence;
            if (!_hasIds || !_stored.Contains(number))
            {
                _stored.Add(number);
            }

            _known[frame.Round] = frame.Sequence;
            if (frame.IsCommit)
            {
                _known.Remove(frame.Round);
                _answers.Enqueue((frame.Round, new FastInput(FastInputKind.Ended, _now) { Sequence = frame.Sequence }));
            }
            else
            {
                _answers.Enqueue((frame.Round, new FastInput(FastInputKind.Ack, _now) { Sequence = frame.Sequence == 1 ? 0 : frame.Sequence, Flow = 2 }));
            }
        }

        private void Take(in FastInput input)
        {
            FastOrder order = FastBatchMachine.Step(ref _state, s_terms, input with { MayResend = _hasIds || _state.Sent == _state.Acked });
            while (order is FastOrder.Wait or FastOrder.StartAgain or FastOrder.Ping or FastOrder.SendStart or FastOrder.Send or FastOrder.SendCommit)
            {
                order = FastBatchMachine.Next(ref _state, s_terms, _now);
                if (order == FastOrder.Wait)
                {
                    return;
                }

                if (order is FastOrder.SendStart or FastOrder.Send or FastOrder.SendCommit)
                {
                    _frames.Enqueue((_state.Round, _state.Base, _state.Sent, order == FastOrder.SendCommit));
                }
            }

            _end = order;
        }
    }
}
