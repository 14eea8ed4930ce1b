using System.Collections.Immutable;
using System.Reflection;
using Earshot.JetStream.Consuming;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>
/// An ordered read after some inputs: its machine, a stream of at most three messages that may lose them, and the consumer of the present
/// incarnation. A message is a sequence and the number of falls before it was stored, so that a sequence that is stored a second time is another
/// message. Two are equal when everything that decides about what follows is; the result of the last step does not count.
/// </summary>
internal sealed record OrderedCourse
{
    private const int Capacity = 3;
    private const int MaxFalls = 2;

    private static readonly DateTimeOffset s_time = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly MethodInfo s_clone = typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    private static readonly FieldInfo[] s_fields =
        [.. typeof(OrderedMachine).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Where(static field => field.FieldType != typeof(NatsJSOrderedConsumerOpts) && !field.Name.Contains(nameof(OrderedMachine.Incarnation), StringComparison.Ordinal))];

    private OrderedCourse(NatsJSOrderedConsumerOpts opts) => (Opts, Machine) = (opts, new OrderedMachine(opts));

    public NatsJSOrderedConsumerOpts Opts { get; }

    public OrderedMachine Machine { get; init; }

    /// <summary>For each stored sequence, from 1 on, how often the stream had fallen when it was stored.</summary>
    public ImmutableArray<int> Stream { get; init; } = [];

    public int Falls { get; init; }

    public int Created { get; init; }

    /// <summary>What the consumer delivers next; 0: there is no consumer.</summary>
    public int Next { get; init; }

    public int Delivery { get; init; }

    /// <summary>What the application has read, since it has had to start again.</summary>
    public ImmutableArray<(int Fall, int Seq)> Read { get; init; } = [];

    /// <summary>The first sequence that has to be read.</summary>
    public int First { get; init; }

    public bool IsOver { get; init; }

    /// <summary>The stream has lost messages that were read, and has grown again beyond them before the read looked: only other reads of the connection can know.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The stream has lost messages since the read looked.</summary>
    public bool HasFallen { get; init; }

    public OrderedVerdict? Verdict { get; init; }

    public bool? Regressed { get; init; }

    public bool IsRead { get; init; }

    /// <summary>What was read in the last step had been read before.</summary>
    public bool IsReadAgain { get; init; }

    /// <summary>What was read in the last step came although an earlier message was stored and not read.</summary>
    public bool IsAfterGap { get; init; }

    public string Phase => IsOver ? "Ended" : Next > 0 ? "Reading" : Machine.Incarnation == 0 ? "New" : "Between";

    public bool CanStore => Stream.Length < Capacity;

    public bool CanFall => Stream.Length > 0 && Falls < MaxFalls;

    public bool CanDeliver => Next > 0 && Next <= Stream.Length;

    private string Key => $"{string.Join(',', s_fields.Select(part => part.GetValue(Machine)))} | {string.Join(',', Stream)} | {Falls} {Created} {HasFallen} | {Next} {Delivery} | {string.Join(',', Read)} | {First} {IsOver} {IsHidden}";

    public static OrderedCourse Begin(NatsJSOrderedConsumerOpts opts) => new(opts);

    public OrderedCourse Store() => Step() with { Stream = Stream.Add(Falls) };

    /// <summary>The stream loses its last message, and with it the consumer, unless the consumer continues behind the new end.</summary>
    public OrderedCourse Fall(bool keepsConsumer) => Step() with
    {
        Stream = Stream.RemoveAt(Stream.Length - 1),
        Falls = Falls + 1,
        HasFallen = true,
        Next = keepsConsumer ? Math.Min(Next, Stream.Length) : 0,
    };

    public OrderedCourse Recreate() => Step() with { Stream = [], Falls = Falls + 1, Created = Created + 1, HasFallen = true, Next = 0 };

    public OrderedCourse Lose() => Step() with { Next = Next + 1, Delivery = Delivery + 1 };

    /// <summary>The consumer is gone, or no longer trusted.</summary>
    public OrderedCourse Doubt() => Step() with { Next = 0 };

    public OrderedCourse Deliver()
    {
        OrderedCourse after = Step();
        (int, int) message = (Stream[Next - 1], Next);
        OrderedVerdict verdict = after.Machine.Receive((ulong)Next, (ulong)Delivery, TimeOf(Next));
        return verdict == OrderedVerdict.Gap
            ? after with { Verdict = verdict, Next = 0 }
            : after with
            {
                Verdict = verdict,
                Next = Next + 1,
                Delivery = Delivery + 1,
                Read = Read.Contains(message) ? Read : Read.Add(message),
                IsRead = true,
                IsReadAgain = Read.Contains(message),
                IsAfterGap = Enumerable.Range(1, Next - 1).Any(seq => seq >= First && !Read.Contains((Stream[seq - 1], seq))),
            };
    }

    /// <summary>Compares the state of the stream, unless it is the first time, and creates the consumer of the next incarnation.</summary>
    public OrderedCourse Create(bool succeeds)
    {
        OrderedCourse after = Machine.Incarnation > 0 ? Look() : Step();
        if (after.IsOver)
        {
            return after;
        }

        bool isFirst = after.First == 0;
        after.Machine.Begin();
        if (!succeeds)
        {
            return after with { IsOver = after.Machine.IsExhausted };
        }

        int next = PositionOf(after.Machine.Resume);
        after.Machine.Created((ulong)next - 1);
        bool isBeyond = after.Machine.IsAtGivenStart && next > Stream.Length && after.Machine.StartsBeyond((ulong)Stream.Length);
        return after with { Next = next, Delivery = 1, First = isFirst ? next : after.First, IsOver = isBeyond && Opts.RegressionPolicy == NatsJSRegressionPolicy.Fail };
    }

    /// <summary>Whether the machine finds a fall once more, when it looks twice.</summary>
    public bool FindsTwice()
    {
        OrderedCourse first = Look();
        return first.Regressed == true && !first.IsOver && first.Look().Regressed == true;
    }

    public bool Equals(OrderedCourse? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => string.GetHashCode(Key, StringComparison.Ordinal);

    public override string ToString() => Key;

    private OrderedCourse Look()
    {
        OrderedCourse after = Step();
        bool isBehind = Stream.Length < (int)Machine.LastStreamSeq;
        bool isSeen = isBehind || Machine.RepeatedStreamSeq > 0 || (Machine.StreamCreated is { } created && created != s_time.AddDays(Created));
        bool isLost = HasFallen && !Read.IsEmpty && Read.Any(message => message.Seq > Stream.Length || Stream[message.Seq - 1] != message.Fall);
        bool regressed = after.Machine.HasRegressed((ulong)Stream.Length, s_time.AddDays(Created));
        after = after with { Regressed = regressed, HasFallen = false, IsHidden = IsHidden || (isLost && !isSeen) };
        if (!regressed)
        {
            return after;
        }

        bool starts = Opts.RegressionPolicy == NatsJSRegressionPolicy.Restart || Read.IsEmpty;
        return after with { IsOver = Opts.RegressionPolicy == NatsJSRegressionPolicy.Fail, Read = starts ? [] : Read, First = starts ? 0 : 1 + Enumerable.Range(1, Stream.Length).Count(seq => (Stream[seq - 1], seq).CompareTo(Read.Max()) <= 0) };
    }

    private OrderedCourse Step() => this with
    {
        Machine = (OrderedMachine)s_clone.Invoke(Machine, null)!,
        Verdict = null,
        Regressed = null,
        IsRead = false,
        IsReadAgain = false,
        IsAfterGap = false,
    };

    private int PositionOf(ResumePoint resume) => resume.Policy switch
    {
        ConsumerConfigDeliverPolicy.All => 1,
        ConsumerConfigDeliverPolicy.New => Stream.Length + 1,
        ConsumerConfigDeliverPolicy.ByStartSequence => (int)resume.StartSeq,
        _ => Enumerable.Range(1, Stream.Length).FirstOrDefault(seq => TimeOf(seq) >= resume.StartTime, Stream.Length + 1),
    };

    private DateTimeOffset TimeOf(int seq) => s_time.AddSeconds((Stream[seq - 1] * 10) + seq);
}
