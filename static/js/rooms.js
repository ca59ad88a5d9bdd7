// Drag somebody onto a room: the same form that the list and its button send.
export function start() {
  let dragged = null;
  for (const sleeper of document.querySelectorAll("[data-sleeper]")) {
    sleeper.draggable = true;
    sleeper.addEventListener("dragstart", (event) => {
      dragged = sleeper;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", sleeper.id);
    });
    sleeper.addEventListener("dragend", () => { dragged = null; });
  }
  for (const room of document.querySelectorAll("[data-room]")) {
    const takes = () => dragged && !room.contains(dragged) && optionOf(dragged, room);
    room.addEventListener("dragover", (event) => {
      if (!takes()) return;
      event.preventDefault();
      room.classList.add("room--over");
    });
    room.addEventListener("dragleave", () => room.classList.remove("room--over"));
    room.addEventListener("drop", (event) => {
      event.preventDefault();
      room.classList.remove("room--over");
      if (!takes()) return;
      const form = dragged.querySelector("form");
      form.elements.to.value = room.dataset.room;
      form.requestSubmit();
    });
  }
}

function optionOf(sleeper, room) {
  return [...sleeper.querySelector("select").options].some((one) => one.value === room.dataset.room);
}
