using System.Collections.Concurrent;

namespace Earshot.Serialization;

/// <summary>The serializers that one registry has returned, by type: each publish requests one.</summary>
internal sealed class SerializerCache
{
    private readonly ConcurrentDictionary<Type, object> _byType = new();

    public INatsSerializer<T> Get<T, TState>(TState state, Func<TState, INatsSerializer<T>> create) =>
        (INatsSerializer<T>)(_byType.TryGetValue(typeof(T), out object? known) ? known : _byType.GetOrAdd(typeof(T), create(state)));
}
