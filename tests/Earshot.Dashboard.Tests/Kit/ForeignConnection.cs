using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Earshot.Dashboard.Tests.Kit;

/// <summary>A connection that is not the client's own, such as a mock or a wrapper of the application.</summary>
public class ForeignConnection : DispatchProxy
{
    private Func<MethodInfo, object?[]?, object?> _answer = static (_, _) => null;

    /// <summary>Returns a mock: each member returns the default value of its type.</summary>
    public static INatsConnection OfDefaults() =>
        Of(static (method, _) => method.ReturnType.IsValueType && method.ReturnType != typeof(void) ? Activator.CreateInstance(method.ReturnType) : null);

    /// <summary>Returns a wrapper of a connection; a member is replaced where <paramref name="replaces"/> returns what to call instead.</summary>
    public static INatsConnection Around(INatsConnection connection, Func<string, Func<object?>?> replaces) =>
        Of((method, arguments) => replaces(method.Name) is { } instead ? instead() : Invoke(connection, method, arguments));

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args);

    private static INatsConnection Of(Func<MethodInfo, object?[]?, object?> answer)
    {
        INatsConnection connection = Create<INatsConnection, ForeignConnection>();
        ((ForeignConnection)(object)connection)._answer = answer;
        return connection;
    }

    private static object? Invoke(INatsConnection connection, MethodInfo method, object?[]? arguments)
    {
        try
        {
            return method.Invoke(connection, arguments);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }
}
