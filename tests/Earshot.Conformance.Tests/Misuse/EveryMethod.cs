using System.Reflection;

namespace Earshot.Conformance.Tests.Misuse;

/// <summary>Calls each asynchronous method of a connection, found by reflection, with valid arguments except for the token.</summary>
internal static class EveryMethod
{
    private static readonly Dictionary<string, MethodInfo> s_methods = typeof(INatsConnection).GetInterfaces().Append(typeof(INatsConnection))
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(CancellationToken)))
        .ToDictionary(method => method.ToString()!);

    public static IEnumerable<string> Names => s_methods.Keys;

    /// <summary>Calls it and completes as it does; an enumeration is moved once.</summary>
    public static async Task CallAsync(string name, NatsConnection nats, CancellationToken cancellationToken)
    {
        MethodInfo method = s_methods[name];
        if (method.IsGenericMethodDefinition)
        {
            method = method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => typeof(int))]);
        }

        object?[] arguments = [.. method.GetParameters().Select(parameter => Argument(parameter, nats, cancellationToken))];
        object result = method.Invoke(nats, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
        await (result switch
        {
            Task task => task,
            ValueTask task => task.AsTask(),
            IAsyncEnumerable<NatsMsg<int>> messages => MoveAsync(messages),
            _ => (Task)result.GetType().GetMethod("AsTask")!.Invoke(result, null)!,
        });
    }

    private static async Task MoveAsync(IAsyncEnumerable<NatsMsg<int>> messages)
    {
        await foreach (NatsMsg<int> _ in messages)
        {
            break;
        }
    }

    private static object? Argument(ParameterInfo parameter, NatsConnection nats, CancellationToken cancellationToken)
    {
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        return type switch
        {
            _ when type == typeof(CancellationToken) => cancellationToken,
            _ when type == typeof(NatsMsg<int>) => new NatsMsg<int> { Subject = "misuse.a" },
            _ when type == typeof(IEnumerable<string>) => new[] { nats.Opts.Url },
            _ when type == typeof(NatsForceReconnectOptions) => new NatsForceReconnectOptions(),
            _ when type == typeof(NatsConnectionState) => NatsConnectionState.Failed,
            _ when type == typeof(int) => 1,
            _ when type == typeof(bool) => true,
            _ when parameter.Name == "subject" => "misuse.a",
            _ => null,
        };
    }
}
