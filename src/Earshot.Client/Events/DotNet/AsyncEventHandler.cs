namespace Earshot;

/// <summary>Handles a .NET event asynchronously; the returned task is awaited.</summary>
/// <param name="sender">The connection that raises the event.</param>
/// <param name="args">The event data.</param>
public delegate ValueTask AsyncEventHandler(object? sender, EventArgs args);

/// <summary>Handles a .NET event with typed data asynchronously; the returned task is awaited.</summary>
/// <param name="sender">The connection that raises the event.</param>
/// <param name="args">The event data.</param>
public delegate ValueTask AsyncEventHandler<TEventArgs>(object? sender, TEventArgs args);
