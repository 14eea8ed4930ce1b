using System.Linq.Expressions;
using System.Reflection;

namespace Earshot.Conformance.Tests.Familiar;

/// <summary>
/// What libraries of mocks do with an interface: a proxy of it, set up by expression trees. An application's class is tested with it, without
/// a server.
/// </summary>
internal static class MockProgram
{
    public static async Task<IReadOnlyList<string>> RunAsync(CancellationToken stopping)
    {
        var lines = new List<string>();
        var mock = Mock<INatsConnection>.Create();
        mock.Setup(connection => connection.ConnectAsync(), () => default(ValueTask));
        mock.Setup(connection => connection.ReconnectAsync(), () => default(ValueTask));
        mock.Setup(connection => connection.ConnectionState, () => NatsConnectionState.Open);
        mock.Setup(
            connection => connection.RequestAsync<int, string>("price", 7, null, null, null, null, null, CancellationToken.None),
            () => new ValueTask<NatsMsg<string>>(new NatsMsgBuilder<string> { Subject = "price", Data = "70" }.Msg));
        mock.Setup(connection => connection.Events, () => new NatsEvents());

        INatsConnection nats = mock.Object;
        await nats.ConnectAsync();
        await nats.ReconnectAsync();
        lines.Add($"{nats.ConnectionState}, {nats.Events.ToList().Count} events");
        lines.Add(await new Prices(nats).OfAsync(7, stopping));
        return lines;
    }

    private sealed class Prices(INatsConnection nats)
    {
        public async Task<string> OfAsync(int article, CancellationToken stopping)
        {
            NatsMsg<string> reply = await nats.RequestAsync<int, string>("price", article, cancellationToken: stopping);
            return $"price {reply.Data} ({reply.Size} bytes)";
        }
    }

    /// <summary>A mock in a few lines: answers by the name of the member that an expression calls.</summary>
    private sealed class Mock<T>
        where T : class
    {
        private readonly Proxy _proxy;

        private Mock()
        {
            Object = DispatchProxy.Create<T, Proxy>();
            _proxy = (Proxy)(object)Object;
        }

        public T Object { get; }

        public static Mock<T> Create() => new();

        public void Setup<TResult>(Expression<Func<T, TResult>> call, Func<TResult> answer)
        {
            string name = call.Body switch
            {
                MethodCallExpression method => $"{method.Method.Name}/{method.Method.GetParameters().Length}",
                MemberExpression property => $"get_{property.Member.Name}/0",
                _ => throw new NotSupportedException(call.ToString()),
            };
            _proxy.Answers[name] = () => answer();
        }
    }

#pragma warning disable CA1852 // a proxy derives from it
    private class Proxy : DispatchProxy
#pragma warning restore CA1852
    {
        public Dictionary<string, Func<object?>> Answers { get; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answers[$"{targetMethod!.Name}/{args!.Length}"]();
    }
}
