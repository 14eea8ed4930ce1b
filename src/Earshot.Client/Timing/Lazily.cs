namespace Earshot.Timing;

/// <summary>
/// Objects that most connections never need, made at their first use: a field and nothing else, where <see cref="Lazy{T}"/> would cost
/// three objects on every idle connection. Two concurrent first uses may both create an object, one of which is discarded, so the creation
/// must have no side effect.
/// </summary>
internal static class Lazily
{
    /// <summary>What the field holds, made now if it holds nothing.</summary>
    public static T Get<T>(ref T? field)
        where T : class, new() => Volatile.Read(ref field) ?? Keep(ref field, new T());

    /// <summary>What the field holds, made by its owner now if it holds nothing; a static lambda costs no closure.</summary>
    public static T Get<T, TOwner>(ref T? field, TOwner owner, Func<TOwner, T> make)
        where T : class => Volatile.Read(ref field) ?? Keep(ref field, make(owner));

    private static T Keep<T>(ref T? field, T made)
        where T : class => Interlocked.CompareExchange(ref field, made, null) ?? made;
}
