using System.Globalization;
using CsCheck;
using Earshot.JetStream.Batches;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>The outcomes of the batch machine, as a table, and against a model of a stream.</summary>
public sealed class BatchMachineTests
{
    private static readonly BatchTerms s_terms = new(AckFirst: true, AckEvery: 3, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(108));

    [Theory]
    [InlineData("Add", "SendAcked")]
    [InlineData("Add Accepted:1.1", "Continue")]
    [InlineData("Add Accepted:1.1 Add", "Send")]
    [InlineData("Add Accepted:1.1 Add Add", "SendAcked")]
    [InlineData("Add Accepted:1.2", "Wait")]
    [InlineData("Add Accepted:2.1", "Wait")] // an answer of another round
    [InlineData("Add Accepted:1.1 +9 Add", "Send")]
    [InlineData("Add Accepted:1.1 +10 Add", "FailSilent")]
    [InlineData("Add Accepted:1.1 +10 Commit", "FailSilent")]
    [InlineData("Add +4 Due", "Wait")]
    [InlineData("Add +5 Due", "FailNoAnswer")]
    [InlineData("Add +5 Due Add", "RejectBroken")]
    [InlineData("Add +5 Due Resend", "StartAgain")]
    [InlineData("Add +5 Due Resend Add", "SendAcked")]
    [InlineData("Add +5 Due Resend Add Accepted:1.1", "Wait")]
    [InlineData("Add +5 Due Resend Add Accepted:2.1", "Continue")]
    [InlineData("Add Refused:1.1:10174", "FailRefused")]
    [InlineData("Add Refused:2.1:10176", "Wait")]
    [InlineData("Add NoResponders:1.1", "FailNoResponders")]
    [InlineData("Add Denied", "FailDenied")]
    [InlineData("Denied", "Wait")]
    [InlineData("Add StoredAlone:1.1", "EndNotSupported")]
    [InlineData("Add StoredAlone:1.1 Add", "RejectOver")]
    [InlineData("Add Committed:1.1", "Wait")]
    [InlineData("SessionLost", "Wait")]
    [InlineData("Add SessionLost", "FailLost")]
    [InlineData("Add ConnectionEnded", "FailLost")]
    [InlineData("Add CannotWrite", "FailNotWritten")]
    [InlineData("Add CannotWrite Add", "SendAcked")] // it is the first message again
    [InlineData("Add CannotWrite +10 Add", "SendAcked")] // nothing was sent, so the server has not waited
    [InlineData("Add Accepted:1.1 +9 Add CannotWrite +1 Add", "FailSilent")] // only the first one was sent
    [InlineData("Add Cancelled", "FailCancelled")]
    [InlineData("Add Cancelled Add", "Send")]
    [InlineData("Add Resend", "RejectNotBroken")]
    [InlineData("Add Commit", "SendCommit")]
    [InlineData("Commit CommitWritten Committed:1.1", "EndStored")]
    [InlineData("Add CommitWithoutMessage CommitWritten Committed:1.2", "EndStored")]
    [InlineData("Add Commit CommitWritten Committed:1.2 Add", "RejectOver")]
    [InlineData("Add Commit CommitWritten Committed:1.2 Resend", "RejectOver")]
    [InlineData("Add Commit CommitWritten Accepted:1.1", "Wait")]
    [InlineData("Add Commit CommitWritten StoredAlone:1.2", "EndNotSupported")]
    [InlineData("Add Commit CommitWritten Refused:1.2:10071", "FailRefused")]
    [InlineData("Add Commit CommitWritten Refused:1.2:10201", "FailRefused")] // known before this batch
    [InlineData("Add Commit CommitWritten Refused:1.2:10071 Resend", "StartAgain")]
    [InlineData("Add Commit CommitWritten NoResponders:1.2", "FailNoResponders")]
    [InlineData("Add Commit CannotWrite", "FailNotWritten")]
    [InlineData("Add Commit CannotWrite Commit", "SendCommit")]
    [InlineData("Add Commit Cancelled", "FailCancelled")]
    [InlineData("Add Commit CommitWritten Cancelled", "EndCancelledUnknown")]
    [InlineData("Add Commit SessionLost", "FailLost")]
    [InlineData("Add Commit ConnectionEnded", "FailLost")]
    [InlineData("Add Commit CommitWritten ConnectionEnded", "EndUnknown")]
    // without message ids
    [InlineData("Add Commit CommitWritten SessionLost", "EndUnknown")]
    [InlineData("Add Commit CommitWritten +5 Due", "Wait")]
    [InlineData("Add Commit CommitWritten +5 Due Committed:1.2", "EndStored")]
    [InlineData("Add Commit CommitWritten +15 Due", "EndUnknown")]
    // with message ids
    [InlineData("ids Add Commit CommitWritten SessionLost", "SendAgain")]
    [InlineData("ids Add Commit CommitWritten +5 Due", "SendAgain")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Committed:2.2", "EndStored")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Committed:1.2", "EndStored")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:2.2:10201", "EndStored")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:1.2:10201", "Wait")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:1.2:10176 Refused:2.2:10201", "FailRefused")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:1.2:10176 Refused:2.2:10054", "FailRefused")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:2.2:10054", "EndUnknown")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:2.2:10071", "LookUp")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:2.2:10071 FoundOurs", "EndStored")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:2.2:10071 FoundAnother", "EndUnknown")] // it may have been stored after the batch
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:2.2:10071 NotFoundOut", "EndUnknown")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten NoResponders:2.2", "Wait")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten NoResponders:2.2 +1 Due", "SendAgain")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:2.2:10176 +1 Due CommitWritten Committed:3.2", "EndStored")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten +5 Due CommitWritten +5 Due", "EndUnknown")]
    [InlineData("ids Add Commit CommitWritten +5 Due CannotWrite", "EndUnknown")]
    [InlineData("ids Add Commit CommitWritten +5 Due Cancelled", "EndCancelledUnknown")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:1.1:10176 Refused:2.2:10054", "EndUnknown")] // the first was of a message, not of the commit
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten NoResponders:2.2 NoResponders:2.2", "Wait")] // delayed already
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Refused:2.2:10118", "Wait")] // the stream is offline, for now
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten Denied", "EndUnknown")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten +9.999 NoResponders:2.2", "EndUnknown")] // no time for another one
    [InlineData("ids Add Commit CommitWritten +5 Due Refused:1.2:10176 CannotWrite", "FailNotWritten")] // the only one that was written had no effect
    [InlineData("ids Add Commit CommitWritten +15 SessionLost", "EndUnknown")]
    [InlineData("Add Commit +15 Due", "FailNotWritten")]
    [InlineData("Add Commit CommitWritten +4 Due", "Wait")]
    [InlineData("+1 Add Accepted:1.1 +8 Add", "Send")]
    [InlineData("Add CannotWrite Add Accepted:1.1", "Continue")]
    [InlineData("ids +7 Add Commit CommitWritten +4 Due", "Wait")]
    [InlineData("Add Commit +12 CommitWritten +3 Due", "EndUnknown")]
    [InlineData("ids Add Commit CommitWritten +5 Due CommitWritten NoResponders:2.2 Due", "Wait")] // the delay is not over
    public void Last_order_of_a_script_is(string script, string expected) => Assert.Equal(expected, Run(script).ToString());

    [Theory]
    [InlineData(true, 0, "SendAcked Send Send Send")]
    [InlineData(false, 0, "Send Send Send Send")]
    [InlineData(false, 2, "Send SendAcked Send SendAcked")]
    [InlineData(true, 2, "SendAcked SendAcked Send SendAcked")]
    public void Acks_are_requested_for_the_first_message_and_at_each_interval(bool first, int every, string expected)
    {
        BatchState state = new();
        BatchTerms terms = s_terms with { AckFirst = first, AckEvery = every };
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, 4).Select(_ => BatchMachine.Step(ref state, terms, new BatchInput(BatchInputKind.Add, TimeSpan.Zero)))));
    }

    [Fact]
    public void A_commit_is_not_repeated_after_the_window_in_which_the_stream_knows_its_ids()
    {
        BatchState state = new();
        BatchTerms terms = s_terms with { Window = TimeSpan.FromSeconds(4) };
        TimeSpan now = TimeSpan.Zero, deadline = TimeSpan.FromSeconds(15);
        BatchMachine.Step(ref state, terms, new BatchInput(BatchInputKind.Commit, now) { HasIds = true, Deadline = deadline });
        BatchMachine.Step(ref state, terms, new BatchInput(BatchInputKind.CommitWritten, now));
        BatchState early = state;
        Assert.Equal(BatchOrder.SendAgain, BatchMachine.Step(ref early, terms, new BatchInput(BatchInputKind.SessionLost, TimeSpan.FromSeconds(3.9))));
        Assert.Equal(BatchOrder.EndUnknown, BatchMachine.Step(ref state, terms, new BatchInput(BatchInputKind.SessionLost, TimeSpan.FromSeconds(4))));

        // The window begins with the first commit.
        BatchMachine.Step(ref early, terms, new BatchInput(BatchInputKind.CommitWritten, TimeSpan.FromSeconds(3.9)));
        Assert.Equal(BatchOrder.EndUnknown, BatchMachine.Step(ref early, terms, new BatchInput(BatchInputKind.SessionLost, TimeSpan.FromSeconds(4.1))));
    }

    [Fact]
    public void Batch_has_at_most_a_thousand_messages()
    {
        BatchState state = new();
        BatchTerms terms = s_terms with { AckEvery = 0 };
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(BatchMachine.Step(ref state, terms, new BatchInput(BatchInputKind.Add, TimeSpan.Zero)) is BatchOrder.Send or BatchOrder.SendAcked);
        }

        Assert.Equal(BatchOrder.RejectFull, BatchMachine.Step(ref state, terms, new BatchInput(BatchInputKind.Add, TimeSpan.Zero)));
        Assert.Equal(BatchOrder.RejectFull, BatchMachine.Step(ref state, terms, new BatchInput(BatchInputKind.Commit, TimeSpan.Zero)));
        Assert.Equal(BatchOrder.SendCommit, BatchMachine.Step(ref state, terms, new BatchInput(BatchInputKind.CommitWithoutMessage, TimeSpan.Zero)));
    }

    [Fact]
    public void Every_order_tells_the_truth_about_the_stream() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 9].Array[0, 60]).Sample((hasIds, choices) =>
        {
            var run = new ModelRun(hasIds);
            foreach (int choice in choices)
            {
                run.Choose(choice);
            }

            return run.IsTruthful;
        }, iter: 10_000);

    private static BatchOrder Run(string script)
    {
        BatchState state = new();
        TimeSpan now = TimeSpan.Zero;
        BatchOrder order = BatchOrder.Wait;
        bool hasIds = false;
        foreach (string step in script.Split(' '))
        {
            if (step == "ids")
            {
                hasIds = true;
            }
            else if (step[0] == '+')
            {
                now += TimeSpan.FromSeconds(double.Parse(step[1..], CultureInfo.InvariantCulture));
            }
            else
            {
                string[] parts = step.Split(':', '.');
                var input = new BatchInput(Enum.Parse<BatchInputKind>(parts[0]), now)
                {
                    Round = parts.Length > 1 ? Number(parts[1]) : 0,
                    Sequence = parts.Length > 2 ? Number(parts[2]) : 0,
                    Error = parts.Length > 3 ? new ApiError { Code = 400, ErrCode = Number(parts[3]) } : null,
                    Deadline = now + TimeSpan.FromSeconds(15),
                    HasIds = hasIds,
                };
                order = BatchMachine.Step(ref state, s_terms, input);
            }
        }

        return order;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [Fact]
    public void Known_ids_of_a_repeated_batch_are_a_late_duplicate_and_other_rejections_of_it_prove_nothing()
    {
        var state = new BatchState { Count = 1, Round = 3, FirstCommitRound = 2 };
        BatchInput Answer(BatchInputKind kind, int round, int error = 0) => new(kind, default) { Round = round, Sequence = 2, Error = new ApiError { ErrCode = error } };
        Assert.Equal(UncertainResult.LateStored, BatchMachine.LateResult(state, Answer(BatchInputKind.Committed, 2)));
        Assert.Equal(UncertainResult.LateDuplicate, BatchMachine.LateResult(state, Answer(BatchInputKind.Refused, 3, 10201)));
        Assert.Null(BatchMachine.LateResult(state, Answer(BatchInputKind.Refused, 3, 10071)));
        Assert.Null(BatchMachine.LateResult(state, Answer(BatchInputKind.Committed, 1))); // of the batch that was rejected before
        Assert.Null(BatchMachine.LateResult(state, Answer(BatchInputKind.Committed, 2) with { Sequence = 1 })); // of no commit
        Assert.Null(BatchMachine.LateResult(state, Answer(BatchInputKind.NoResponders, 2))); // another commit may still be stored
        Assert.Null(BatchMachine.LateResult(state, Answer(BatchInputKind.Refused, 3) with { Error = null }));
        Assert.Equal(UncertainResult.LateRejected, BatchMachine.LateResult(state with { Round = 2 }, Answer(BatchInputKind.Refused, 2, 10071)));
    }

    /// <summary>
    /// A batch of one message and a commit, and a stream with the frames and answers in flight, of which each may arrive, be late or
    /// be lost. The stream has a leader or not.
    /// </summary>
    private sealed class ModelRun
    {
        private readonly bool _hasIds;
        private readonly List<int> _commits = []; // rounds in flight to the stream
        private readonly List<(int Round, BatchInputKind Kind, int Error)> _answers = [];
        private BatchState _state = new();
        private TimeSpan _now;
        private BatchOrder _end = BatchOrder.Wait;
        private int _stored;

        public ModelRun(bool hasIds)
        {
            _hasIds = hasIds;
            Take(new BatchInput(BatchInputKind.Add, _now));
            Take(new BatchInput(BatchInputKind.Accepted, _now) { Round = 1, Sequence = 1 });
            Take(new BatchInput(BatchInputKind.Commit, _now) { HasIds = hasIds, Deadline = TimeSpan.FromSeconds(15) });
        }

        /// <summary>Stored is stored, exactly once; a rejected batch is not stored, and nothing in flight can still change that.</summary>
        public bool IsTruthful => _stored <= 1 && _end switch
        {
            BatchOrder.EndStored => _stored == 1,
            BatchOrder.FailRefused or BatchOrder.FailNoResponders or BatchOrder.FailLost or BatchOrder.FailNotWritten => _stored == 0 && _commits.Count == 0,
            _ => true,
        };

        public void Choose(int choice)
        {
            if (_end != BatchOrder.Wait)
            {
                return;
            }

            switch (choice)
            {
                case 0 or 1 or 2 when _commits.Count > 0:
                    AtStream(_commits[0], hasLeader: choice < 2);
                    _commits.RemoveAt(0);
                    break;
                case 3 or 4 when _answers.Count > 0:
                    (int round, BatchInputKind kind, int error) = _answers[0];
                    _answers.RemoveAt(0);
                    Take(new BatchInput(kind, _now) { Round = round, Sequence = 2, Error = error == 0 ? null : new ApiError { ErrCode = error } });
                    break;
                case 5 when _answers.Count > 0:
                    _answers.RemoveAt(0);
                    break;
                case 6:
                    _answers.Clear();
                    Take(new BatchInput(BatchInputKind.SessionLost, _now)); // what is written may still reach the stream
                    break;
                case 7:
                    _now += TimeSpan.FromSeconds(1);
                    Take(new BatchInput(BatchInputKind.Due, _now));
                    break;
                case 8 when _commits.Count > 0:
                    _commits.RemoveAt(0);
                    break;
                default:
                    _now = _state.Due < TimeSpan.FromMinutes(1) && _state.Due > _now ? _state.Due : _now;
                    Take(new BatchInput(BatchInputKind.Due, _now));
                    break;
            }
        }

        private void AtStream(int round, bool hasLeader)
        {
            if (!hasLeader)
            {
                _answers.Add((round, BatchInputKind.NoResponders, 0));
            }
            else if (_hasIds && _stored > 0)
            {
                _answers.Add((round, BatchInputKind.Refused, 10201));
            }
            else
            {
                _stored++;
                _answers.Add((round, BatchInputKind.Committed, 0));
            }
        }

        private void Take(in BatchInput input)
        {
            BatchOrder order = BatchMachine.Step(ref _state, s_terms, input);
            if (order is BatchOrder.SendCommit or BatchOrder.SendAgain)
            {
                _commits.Add(_state.Round);
                order = BatchMachine.Step(ref _state, s_terms, new BatchInput(BatchInputKind.CommitWritten, _now));
            }

            _end = order is BatchOrder.Send or BatchOrder.SendAcked or BatchOrder.Continue ? BatchOrder.Wait : order;
        }
    }
}
