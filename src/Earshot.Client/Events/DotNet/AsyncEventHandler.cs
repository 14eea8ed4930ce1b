namespace Earshot;

/// <summary>A .NET event handler that is awaited.</summary>
/// <param name="sender">The connection.</param>
/// <param name="args">What happened.</param>
public delegate ValueTask AsyncEventHandler(object? sender, EventArgs args);

/// <summary>A .NET event handler that is awaited.</summary>
/// <param name="sender">The connection.</param>
/// <param name="args">What happened.</param>
public delegate ValueTask AsyncEventHandler<TEventArgs>(object? sender, TEventArgs args);
