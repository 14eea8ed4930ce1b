using Earshot.Events;

namespace Earshot;

/// <summary>A set of kinds of events that a reader wants, combined with <c>&amp;</c> and <c>|</c>. The default value is <see cref="All"/>.</summary>
/// <remarks>When an event of the set was missed, the reader also gets <see cref="NatsEventsMissedEvent"/>, whatever its filter.</remarks>
public readonly record struct NatsEventFilter
{
    private const byte NoKind = 127; // the bit of numbers that are not a kind, which no kind may have
    private static readonly NatsEventKind[] s_allKinds = [.. Enum.GetValues<NatsEventKind>().Where(k => k != NatsEventKind.None)];

    // Each kind has the bit of its position among all kinds; its position in its category does not matter.
    private static readonly byte[] s_indexes = Indexes();

    // The bits of All, so that the default value of this struct can mean All: what is stored is the difference to it.
    private static readonly EventBits s_allBits = BitsOf(s_allKinds) & ~BitsOf([NatsEventKind.StatusChanged, NatsEventKind.ProtocolTrace]);

    private readonly EventBits _differenceToAll;

    private NatsEventFilter(EventBits bits) => _differenceToAll = bits ^ s_allBits;

    /// <summary>All kinds except the two that must be named: <see cref="NatsEventKind.StatusChanged"/> and <see cref="NatsEventKind.ProtocolTrace"/>.</summary>
    public static NatsEventFilter All => default;
    /// <summary>The empty set: no kind of event.</summary>
    public static NatsEventFilter None => new(default(EventBits));
    /// <summary>The kinds of <see cref="All"/> that are never displaced by events of high frequency.</summary>
    public static NatsEventFilter Lossless => new(s_allBits & ~EventClasses.Coalescable.Bits);
    /// <summary>The kinds of the category <see cref="NatsEventCategory.Lifecycle"/>, without <see cref="NatsEventKind.StatusChanged"/>.</summary>
    public static NatsEventFilter Lifecycle { get; } = Of(NatsEventCategory.Lifecycle);
    /// <summary>The kinds of the category <see cref="NatsEventCategory.Error"/>.</summary>
    public static NatsEventFilter Errors { get; } = Of(NatsEventCategory.Error);

    internal EventBits Bits => _differenceToAll ^ s_allBits;

    /// <summary>Creates a filter of exactly the given kinds.</summary>
    public static NatsEventFilter Of(params ReadOnlySpan<NatsEventKind> kinds) => new(BitsOf(kinds));

    /// <summary>Creates a filter of the kinds of <see cref="All"/> in one category.</summary>
    public static NatsEventFilter Of(NatsEventCategory category) =>
        new(s_allBits & BitsOf(Array.FindAll(s_allKinds, k => (int)k / 100 == (int)category)));

    /// <summary>Determines whether the filter includes <paramref name="kind"/>.</summary>
    public bool Includes(NatsEventKind kind) => Bits.Contains(Index(kind));

    /// <summary>Returns the kinds that both filters include.</summary>
    public static NatsEventFilter operator &(NatsEventFilter left, NatsEventFilter right) => left.BitwiseAnd(right);

    /// <summary>Returns the kinds that either filter includes.</summary>
    public static NatsEventFilter operator |(NatsEventFilter left, NatsEventFilter right) => left.BitwiseOr(right);

    /// <summary>Returns the kinds that the filter does not include, among them the two that must be named.</summary>
    public static NatsEventFilter operator ~(NatsEventFilter filter) => filter.OnesComplement();

    /// <summary>Returns the kinds that both filters include.</summary>
    public NatsEventFilter BitwiseAnd(NatsEventFilter other) => new(Bits & other.Bits);

    /// <summary>Returns the kinds that either filter includes.</summary>
    public NatsEventFilter BitwiseOr(NatsEventFilter other) => new(Bits | other.Bits);

    /// <summary>Returns the kinds that the filter does not include.</summary>
    public NatsEventFilter OnesComplement() => new(~Bits & BitsOf(s_allKinds));

    /// <summary>Returns the number of kinds, or All.</summary>
    public override string ToString() => this == All ? "All" : $"{Bits.Count} kinds";

    /// <summary>The filter for one record type; the type names follow the kinds, which a test checks.</summary>
    internal static NatsEventFilter OfType<TEvent>() where TEvent : NatsConnectionEvent
    {
        if (typeof(TEvent) == typeof(NatsConnectionEvent))
        {
            return All;
        }

        return Enum.TryParse<NatsEventKind>(typeof(TEvent).Name.AsSpan("Nats".Length, typeof(TEvent).Name.Length - "NatsEvent".Length), out NatsEventKind kind)
            ? Of(kind)
            : throw new ArgumentException($"{typeof(TEvent)} is not a connection event type.");
    }

    private static EventBits BitsOf(ReadOnlySpan<NatsEventKind> kinds)
    {
        EventBits bits = default;
        foreach (NatsEventKind kind in kinds)
        {
            bits |= EventBits.Of(Index(kind));
        }

        return bits;
    }

    private static int Index(NatsEventKind kind) => (uint)kind < (uint)s_indexes.Length ? s_indexes[(int)kind] : NoKind;

    private static byte[] Indexes()
    {
        byte[] indexes = new byte[(int)s_allKinds.Max() + 1];
        Array.Fill(indexes, NoKind);
        for (byte i = 0; i < s_allKinds.Length; i++)
        {
            indexes[(int)s_allKinds[i]] = i;
        }

        return indexes;
    }
}
